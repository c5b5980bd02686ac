import t from 'tap';
import { silentObserver } from '../../src/amocrm/wire/observer.ts';
import { createRecentRefusals } from '../../src/telemetry/recent-refusals.ts';

const minute = 60_000;
const call = {
  method: 'GET',
  path: '/api/v4/account',
  entity: 'account',
  items: 0,
  waited_ms: 0,
  duration_ms: 1,
  reqIds: [],
};

t.test('counts what amoCRM refused within the hour, and forgets it', async (t) => {
  let now = 5 * minute;
  const refusals = createRecentRefusals({ now: () => now, second: 1000 });
  let passed = 0;
  const observer = refusals.watch({
    ...silentObserver,
    onCall() {
      passed += 1;
    },
  });
  observer.onCall({ ...call, ended: 'too-many' });
  observer.onCall({ ...call, ended: 'blocked' });
  observer.onCall({ ...call, ended: 'ok' });
  t.strictSame(refusals.lastHour(), { tooMany: 1, blocks: 1 });
  now += 59 * minute;
  observer.onCall({ ...call, ended: 'too-many' });
  t.strictSame(refusals.lastHour(), { tooMany: 2, blocks: 1 });
  now += minute;
  t.strictSame(refusals.lastHour(), { tooMany: 1, blocks: 0 });
  now += 300 * minute;
  t.strictSame(refusals.lastHour(), { tooMany: 0, blocks: 0 });
  t.equal(passed, 4, 'calls are passed on');
});
