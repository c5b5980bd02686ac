import t from 'tap';
import { createSharedClock } from '../../src/cluster/shared-clock.ts';

t.test('the shared clock is told as it is, or a little before, and never after', (t) => {
  let now = 1_000;
  const { learn, moment } = createSharedClock(() => now);
  // It is 5,000 ahead, and answers come after 40, 10 and 300 milliseconds.
  for (const late of [40, 10, 300]) {
    now += 1_000;
    learn(now + 5_000 - late);
    t.ok(moment() <= now + 5_000);
  }
  t.equal(moment(), now + 4_990, 'by the answer that was the fastest');
  t.end();
});

t.test('a clock that was set back is believed after ten answers', (t) => {
  const { learn, moment } = createSharedClock(() => 0);
  learn(5_000);
  for (let answers = 0; answers < 9; answers += 1) learn(2_000);
  t.equal(moment(), 5_000);
  learn(2_000);
  t.equal(moment(), 2_000);
  t.end();
});
