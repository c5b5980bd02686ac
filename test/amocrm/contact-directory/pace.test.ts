import t from 'tap';
import { createPace } from '../../../src/amocrm/contact-directory/pace.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';

t.test('no call of a scan waits for less than no time, though the clock goes on meanwhile', async (t) => {
  const still = createFakeClock();
  const waits: number[] = [];
  let read = 0;
  const clock = {
    ...still,
    now: () => {
      read += 0.001;
      return still.now() + read;
    },
    after(ms: number, run: () => void) {
      waits.push(ms);
      queueMicrotask(run);
      return () => {};
    },
  };
  const pace = createPace(clock, 7);
  const { signal } = new AbortController();
  for (let call = 0; call < 20; call += 1) await pace('fill', 'page', signal);
  t.ok(waits.length >= 18, 'the others wait for their turn');
  t.strictSame(
    waits.filter((ms) => ms <= 0),
    [],
  );
});
