import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { startOperation } from '../../../src/amocrm/operation/operation.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';

setFlagsFromString('--expose-gc');
const collectGarbage: () => void = runInNewContext('gc');

t.test('it is aborted by whichever comes first, with its reason, until it has ended', async (t) => {
  const [first, second] = [new AbortController(), new AbortController()];
  const operation = startOperation('bot', 60_000, [first.signal, second.signal]);
  t.equal(operation.signal.aborted, false);
  const reason = new Error('the service goes down');
  second.abort(reason);
  first.abort(new Error('later'));
  t.equal(operation.signal.reason, reason);
  operation.end();
  const late = startOperation('bot', 60_000, [new AbortController().signal, second.signal]);
  t.equal(late.signal.reason, reason, 'at once where one has been aborted before');
  late.end();
});

t.test('deadline and signal go by the one clock', async (t) => {
  const clock = createFakeClock();
  const operation = startOperation('bot', 50, [], [], clock);
  t.equal(operation.deadline, clock.now() + 50);
  await clock.advance(49);
  t.notOk(operation.signal.aborted);
  await clock.advance(1);
  t.match(operation.signal.reason, { code: 'DEADLINE_EXCEEDED' });
  const ended = startOperation('bot', 50, [], [], clock);
  ended.end();
  await clock.advance(60);
  t.notOk(ended.signal.aborted);
});

t.test('one that has ended is not kept by what could have aborted it, though somebody still listens', async (t) => {
  const shutdown = new AbortController();
  const endOne = () => {
    const operation = startOperation('bot', 60_000, [shutdown.signal]);
    operation.signal.addEventListener('abort', () => operation.written.push());
    operation.end();
    return new WeakRef(operation);
  };
  const ended = Array.from({ length: 100 }, endOne);
  for (let turn = 0; turn < 5; turn += 1) {
    await setImmediate();
    collectGarbage();
  }
  const kept = ended.filter((operation) => operation.deref() !== undefined).length;
  t.ok(kept <= 1, `${kept} of 100 are kept`);
  shutdown.abort();
});
