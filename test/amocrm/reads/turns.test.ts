import t from 'tap';
import { createPacer } from '../../../src/amocrm/pace/pacer.ts';
import { Turns } from '../../../src/amocrm/reads/turns.ts';
import { createFakeClock, settle } from '../../fixtures/fake-clock.ts';

/** One slot a second, taken already, and ten of one participant that wait. */
async function start() {
  const clock = createFakeClock();
  const pacer = createPacer({ limit: 1, clock });
  const held = await pacer.acquire({ participant: 'first' });
  held.release();
  const served: number[] = [];
  const others = Array.from({ length: 10 }, (_, index) =>
    pacer.acquire({ participant: 'jobs' }).then((slot) => {
      served.push(index);
      slot.release();
    }),
  );
  return { clock, pacer, served, others };
}

t.test('the slot comes with the first turn of those who wait, and no other is spent', async (t) => {
  const { clock, pacer, served } = await start();
  const turns = new Turns(pacer.acquire, { participant: 'jobs' });
  t.equal(turns.ask({ participant: 'jobs' }), undefined, 'one turn for each');
  t.equal(turns.ask({ participant: 'bot' }), turns.ask({ participant: 'bot' }));
  t.equal(pacer.load().waiting, 12);
  await clock.advance(2_100);
  const slot = await turns.slot;
  slot.release();
  t.ok(served.length <= 1, `${served.length} went before`);
  t.equal(pacer.load().waiting, 10 - served.length);
  await clock.advance(20_000);
  t.equal(served.length, 10);
});

t.test('one who would come too late is told, and the others are waited for', async (t) => {
  const { clock, pacer } = await start();
  const turns = new Turns(pacer.acquire, { participant: 'jobs' });
  const late = turns.ask({ participant: 'bot', deadline: clock.now() + 1 });
  if (late === undefined) throw new Error('it does not wait');
  await t.rejects(late, { code: 'OVERLOADED' });
  await clock.advance(20_000);
  (await turns.slot).release();
});

t.test('when all are refused, or nobody waits any more, the slot is refused', async (t) => {
  const { clock, pacer } = await start();
  const deadline = clock.now() + 1;
  const late = new Turns(pacer.acquire, { participant: 'bot', deadline });
  const other = late.ask({ participant: 'other', deadline });
  other?.catch(() => undefined);
  await t.rejects(late.slot, { code: 'OVERLOADED' });
  const turns = new Turns(pacer.acquire, { participant: 'bot' });
  turns.stop(new Error('as the test wants'));
  await t.rejects(turns.slot, { message: 'as the test wants' });
  await settle();
  t.equal(pacer.load().waiting, 10);
});
