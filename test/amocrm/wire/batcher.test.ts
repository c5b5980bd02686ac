import t from 'tap';
import { factsOf } from '../../../src/amocrm/entities/call-facts.ts';
import { contacts } from '../../../src/amocrm/entities/contacts/collection.ts';
import { createGate } from '../../../src/amocrm/gate.ts';
import { startOperation } from '../../../src/amocrm/operation/operation.ts';
import { longLived } from '../../../src/amocrm/wire/token-source.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';
import { simulateAmocrm } from '../../fixtures/simulated-amocrm.ts';

/** Creates contacts through a gate without a wire, answered after 160 ms by the given clock. */
function start() {
  const clock = createFakeClock();
  const { client, calls } = simulateAmocrm(clock, () => 160);
  const gate = createGate({
    client,
    factsOf,
    authorize: longLived(() => 'token'),
    rateLimit: 7,
    batchSize: 50,
    timeoutMs: 10_000,
    memory: { load: () => undefined, save() {} },
    clock,
  });
  let done = 0;
  const create = (count: number, caller = 'bot', ms = 30_000) => {
    const all = Array.from({ length: count }, async (_, index) => {
      const operation = startOperation(caller, ms, [], [], clock);
      const draft = { body: { name: `Контакт ${index}` }, origins: [] };
      await gate.write({ method: 'POST', collection: contacts, draft }, operation).finally(operation.end);
      done += 1;
    });
    return Promise.all(all);
  };
  return { clock, create, calls, done: () => done };
}

t.test('the rest of a burst goes out with its full calls, not after them', async (t) => {
  const { clock, create, calls, done } = start();
  void create(349);
  await clock.advance(159);
  t.same(
    calls.map(({ items }) => items),
    [50, 50, 50, 50, 50, 50, 49],
  );
  await clock.advance(10);
  t.equal(done(), 349);
});

t.test('a burst of 1,000 behind a single create takes as long as twenty full calls do', async (t) => {
  const { clock, create, calls, done } = start();
  void create(1);
  await clock.advance(5);
  void create(999);
  await clock.advance(2 * (1_005 + 160) + 170);
  t.equal(done(), 1_000);
  t.equal(calls.length, 21);
});

t.test('while most slots are taken a call that is not full waits for the last such call', async (t) => {
  const { clock, create, calls, done } = start();
  void create(200);
  await clock.advance(10);
  for (let index = 0; index < 5; index += 1) {
    void create(3);
    await clock.advance(10);
  }
  t.same(
    calls.map(({ items }) => items),
    [50, 50, 50, 50, 3],
  );
  await clock.advance(400);
  t.equal(calls.at(-1)?.items, 12);
  t.equal(done(), 215);
});

t.test('who comes beside an import waits for a turn of his own, and no longer', async (t) => {
  const { clock, create, calls, done } = start();
  void create(5_000, 'import', 60_000);
  await clock.advance(10);
  let isDone = false;
  void create(1, 'bot', 2_000).then(() => {
    isDone = true;
  });
  await clock.advance(1_500);
  t.ok(isDone, `among ${calls.length} calls`);
  t.ok(done() < 1_000);
});
