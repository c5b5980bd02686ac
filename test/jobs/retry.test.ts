import t from 'tap';
import { retryDelayMs } from '../../src/jobs/retry.ts';

t.test('only later attempts are spread, by a fifth', async (t) => {
  for (const random of [0, 0.5, 1]) {
    const delay = (attempts: number) => retryDelayMs(attempts, { random: () => random, second: 10 });
    t.strictSame([1, 2, 3, 4].map(delay), [50, 150, 600, 3000]);
    t.equal(Math.round(delay(5)), Math.round(9000 * (0.8 + 0.4 * random)));
    t.equal(Math.round(delay(50)), Math.round(delay(5)));
  }
});
