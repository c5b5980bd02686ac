import { setImmediate as tick } from 'node:timers/promises';
import t from 'tap';
import { createLocks } from '../../../src/amocrm/operation/locks.ts';
import { type Operation, startOperation } from '../../../src/amocrm/operation/operation.ts';
import { verbatim } from '../../../src/messages/message.ts';
import { Problem } from '../../../src/problems/problem.ts';

function begin(t: { teardown(end: () => void): void }, signals: AbortSignal[] = []): Operation {
  const call = startOperation('tests', 60_000, signals);
  t.teardown(() => call.end());
  return call;
}

/** Work that notes when it starts and ends when it is told to. */
function stepwise(log: string[], name: string) {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const work = async () => {
    log.push(`${name} starts`);
    await promise;
    log.push(`${name} ends`);
    return name;
  };
  return { work, finish: resolve, fail: reject };
}

t.test('work under one name goes one after another, in order', async (t) => {
  const locks = createLocks();
  const call = begin(t);
  const log: string[] = [];
  const [first, second, third] = ['first', 'second', 'third'].map((name) => stepwise(log, name));
  const all = Promise.all([first, second, third].map((one) => locks(['a'], call, one?.work ?? (async () => ''))));
  third?.finish();
  second?.finish();
  await tick();
  t.strictSame(log, ['first starts']);
  first?.finish();
  t.strictSame(await all, ['first', 'second', 'third']);
  t.strictSame(
    log.filter((line) => line.endsWith('starts')),
    ['first starts', 'second starts', 'third starts'],
  );
  t.strictSame(log.indexOf('first ends') < log.indexOf('second starts'), true);
});

t.test('work under other names does not wait', async (t) => {
  const locks = createLocks();
  const call = begin(t);
  const log: string[] = [];
  const held = stepwise(log, 'held');
  const holding = locks(['a', 'b'], call, held.work);
  t.equal(await locks(['c'], call, async () => 'free'), 'free');
  held.finish();
  await holding;
});

t.test('holders of several names cannot wait for each other', async (t) => {
  const locks = createLocks();
  const call = begin(t);
  let running = 0;
  const work = async () => {
    running += 1;
    t.equal(running, 1, 'one at a time');
    await tick();
    running -= 1;
  };
  const names = [['a', 'b'], ['b', 'a'], ['a', 'b', 'c'], ['b'], ['c', 'b'], ['b', 'a']];
  await Promise.all(names.map((list) => locks(list, call, work)));
  t.equal(running, 0);
});

t.test('work that fails makes way', async (t) => {
  const locks = createLocks();
  const call = begin(t);
  const failing = locks(['a'], call, () => Promise.reject(new Error('no')));
  const next = locks(['a'], call, async () => 'done');
  await t.rejects(failing, { message: 'no' });
  t.equal(await next, 'done');
});

t.test('one that gives up waiting is never run, and those behind it still wait for the one before', async (t) => {
  const locks = createLocks();
  const log: string[] = [];
  const held = stepwise(log, 'held');
  const holding = locks(['a'], begin(t), held.work);
  const leaving = new AbortController();
  const left = locks(['a'], begin(t, [leaving.signal]), stepwise(log, 'left').work);
  const last = stepwise(log, 'last');
  const waiting = locks(['a'], begin(t), last.work);
  leaving.abort(new Problem('DEADLINE_EXCEEDED', verbatim('Not done')));
  await t.rejects(left, { code: 'DEADLINE_EXCEEDED' });
  await tick();
  t.strictSame(log, ['held starts']);
  held.finish();
  last.finish();
  await Promise.all([holding, waiting]);
  t.strictSame(log, ['held starts', 'held ends', 'last starts', 'last ends']);
});
