import t from 'tap';
import { runTokenCrashes } from './crashes.ts';

t.test('killed while it exchanges a grant, it loses no token that can be kept', async (t) => {
  const { kept, faults } = await runTokenCrashes(t, [
    { grant: 'refresh', moment: 'request' },
    { grant: 'refresh', moment: 'sent' },
    { grant: 'code', moment: 'sent' },
  ]);
  t.strictSame(faults, []);
  t.strictSame(kept, [true, false, true], 'amoCRM has spent the refresh token in the second alone');
});
