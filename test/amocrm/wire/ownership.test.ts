import t from 'tap';
import { factsOf } from '../../../src/amocrm/entities/call-facts.ts';
import { contacts } from '../../../src/amocrm/entities/contacts/collection.ts';
import { createGate } from '../../../src/amocrm/gate.ts';
import { startOperation } from '../../../src/amocrm/operation/operation.ts';
import { longLived } from '../../../src/amocrm/wire/token-source.ts';
import { verbatim } from '../../../src/messages/message.ts';
import { Problem } from '../../../src/problems/problem.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';
import { simulateAmocrm } from '../../fixtures/simulated-amocrm.ts';

/** A gate with two places a second, whose account may belong to somebody else. */
function start(restMs = 0) {
  const clock = createFakeClock();
  const { client, calls } = simulateAmocrm(clock, () => 100);
  const state = { isTheirs: false };
  const gate = createGate({
    client,
    factsOf,
    authorize: longLived(() => 'token'),
    rateLimit: 2,
    batchSize: 1,
    timeoutMs: 10_000,
    memory: { load: () => undefined, save() {} },
    clock,
    restMs,
    refusal: () =>
      state.isTheirs ? new Problem('OVERLOADED', verbatim('It is theirs'), { retryAfter: 1 }) : undefined,
  });
  const create = () => {
    const operation = startOperation('bot', 30_000, [], [], clock);
    const draft = { body: { name: 'Контакт' }, origins: [] };
    return gate.write({ method: 'POST', collection: contacts, draft }, operation).finally(operation.end);
  };
  const read = () => gate.read('users', [], startOperation('bot', 30_000, [], [], clock));
  return { clock, calls, state, create, read, gate };
}

t.test('nothing is sent for an account that belongs to somebody else', async (t) => {
  const { calls, state, create, read } = start();
  state.isTheirs = true;
  await t.rejects(create(), { code: 'OVERLOADED', message: 'It is theirs' });
  await t.rejects(read(), { code: 'OVERLOADED' });
  t.strictSame(calls, []);
});

t.test('nor for those who were waiting for a place when it went', async (t) => {
  const { clock, calls, state, create } = start();
  const all = Promise.allSettled([1, 2, 3, 4].map(create));
  await clock.advance(50);
  t.equal(calls.length, 2);
  state.isTheirs = true;
  await clock.advance(5_000);
  t.strictSame(
    (await all).map(({ status }) => status),
    ['fulfilled', 'fulfilled', 'rejected', 'rejected'],
  );
  t.equal(calls.length, 2);
});
