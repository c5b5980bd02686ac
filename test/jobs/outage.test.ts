import t from 'tap';
import { runOutage } from './outage.ts';

t.setTimeout(240_000);

t.test('amoCRM away, the process killed meanwhile and after: everything accepted is delivered, once', async (t) => {
  const { faults, kills } = await runOutage(t, { seed: 1, jobs: 1_000, killsAway: 2, killsBack: 3 });
  t.strictSame(faults, []);
  t.equal(kills, 5);
});

t.test('what loses accepted requests is found out', async (t) => {
  const { faults } = await runOutage(t, { seed: 1, jobs: 100, killsAway: 1, killsBack: 0, isForgetful: true });
  t.not(faults.length, 0);
});
