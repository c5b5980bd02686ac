import { setImmediate } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { OpenAccount } from '../../src/accounts/open-account.ts';
import { createRegistry } from '../../src/accounts/registry.ts';
import { verbatim } from '../../src/messages/message.ts';
import { Problem } from '../../src/problems/problem.ts';
import { openTestAccount } from '../fixtures/account.ts';
import { createFakeClock } from '../fixtures/fake-clock.ts';

interface Opened {
  id: string;
  restMs: number;
}

/** A registry of accounts that do nothing, but tell what is done with them. */
function open(t: Test, restMs = 0) {
  const clock = createFakeClock();
  const openings: Opened[] = [];
  const told: string[] = [];
  const state = { isAtRest: true, openMs: 0, addedAfter: 0 };
  const registry = createRegistry({
    clock,
    restMs,
    refusal: () => new Problem('SHUTTING_DOWN', verbatim('It closes')),
    onError: (error) => t.fail(String(error)),
    async open(id, rest): Promise<OpenAccount | undefined> {
      openings.push({ id, restMs: rest });
      await new Promise<void>((resolve) => clock.after(state.openMs, resolve));
      if (id === 'none') return undefined;
      if (id === 'broken') throw new Error('as the test wants');
      return openTestAccount(id, told, { isAtRest: async () => state.isAtRest, addedAfter: state.addedAfter });
    },
  });
  t.teardown(() => registry.close());
  const used = async (id: string) => {
    const using = Promise.resolve(registry.use(id));
    using.catch(() => undefined); // The test hears of it after the clock has gone on.
    await clock.advance(state.openMs);
    return using;
  };
  return { clock, registry, openings, told, state, used };
}

t.test('an account is opened at first need, once however many want it, and kept', async (t) => {
  const { registry, clock, openings, state } = open(t);
  state.openMs = 100;
  const both = Promise.all([registry.use('one'), registry.use('one')]);
  await clock.advance(100);
  const [first, second] = await both;
  t.ok(first !== undefined && first.account === second?.account);
  t.ok(!(registry.use('one') instanceof Promise), 'no wait any more');
  t.strictSame(openings, [{ id: 'one', restMs: 0 }]);
});

t.test('there are accounts that are not there, or cannot be opened; the next use tries again', async (t) => {
  const { used, openings, registry } = open(t);
  t.equal(await used('none'), undefined);
  await t.rejects(used('broken'), { message: 'as the test wants' });
  await t.rejects(used('broken'), { message: 'as the test wants' });
  t.equal(openings.length, 3);
  t.strictSame(registry.opened(), []);
});

t.test('who has seen too few deletions is told that the account was replaced', async (t) => {
  const { registry, state, clock } = open(t);
  state.addedAfter = 7;
  const usedBy = async (deletionsSeen: number) => {
    const using = Promise.resolve(registry.use('one', deletionsSeen));
    await clock.advance(0);
    return using;
  };
  // The first opens it, the others find it open.
  for (const seen of [6, 5]) t.equal(await usedBy(seen), 'replaced');
  for (const seen of [7, 8]) t.match(await usedBy(seen), { account: { id: 'one' } });
});

t.test('without work for five minutes it is closed; the next use opens it anew', async (t) => {
  const { used, clock, openings, told, registry } = open(t);
  registry.start();
  const use = await used('one');
  await clock.advance(3_600_000);
  t.strictSame(told, ['one starts'], 'it is in use');
  use?.end();
  await clock.advance(299_000);
  (await used('one'))?.end();
  await clock.advance(299_000);
  t.strictSame(told, ['one starts']);
  await clock.advance(1_000);
  t.strictSame(told, ['one starts', 'one stops', 'one gives up', 'one is closed', 'one is released']);
  await used('one');
  t.equal(openings.length, 2);
  t.equal(told.at(-1), 'one starts');
});

t.test('an account with something to do is left open', async (t) => {
  const { used, clock, told, state } = open(t);
  state.isAtRest = false;
  (await used('one'))?.end();
  await clock.advance(3_600_000);
  t.strictSame(told, []);
  state.isAtRest = true;
  await clock.advance(60_000);
  t.equal(told.at(-1), 'one is released');
});

t.test('who comes while it is closed waits for that: there are never two services of one account', async (t) => {
  const { used, clock, told, openings, registry } = open(t);
  const use = await used('one');
  const shut = registry.change('one', async () => void told.push('one is changed'));
  await setImmediate();
  const next = Promise.resolve(registry.use('one'));
  await clock.advance(1_000);
  t.equal(openings.length, 1);
  t.strictSame(told, ['one stops'], 'the request in progress goes on');
  use?.end();
  await clock.advance(0);
  await shut;
  t.strictSame(told, ['one stops', 'one gives up', 'one is closed', 'one is released', 'one is changed']);
  t.not((await next)?.account, use?.account);
  t.strictSame(openings[1], { id: 'one', restMs: 1_250 }, 'the calls of the service before still count');
});

t.test('a request that takes longer than eight seconds does not hold up the new settings', async (t) => {
  const { used, clock, told, registry } = open(t);
  await used('one');
  const shut = registry.change('one', async () => void told.push('one is changed'));
  await clock.advance(6_999);
  t.strictSame(told, ['one stops']);
  await clock.advance(1);
  t.strictSame(told, ['one stops', 'one gives up']);
  await clock.advance(1_000);
  t.equal(told.at(-1), 'one is changed', 'by then, whatever a request waits for');
  await shut;
  t.strictSame(told.slice(-2), ['one is released', 'one is changed']);
});

t.test('calls of an earlier process count for as long as they may, not for ever', async (t) => {
  const { used, clock, openings } = open(t, 1_250);
  await used('one');
  await clock.advance(1_000);
  await used('two');
  await clock.advance(1_000);
  await used('three');
  t.strictSame(
    openings.map(({ restMs }) => restMs),
    [1_250, 250, 0],
  );
});

t.test('what belongs to somebody else is given up at once, and taken anew at the next use', async (t) => {
  const { used, clock, told, openings, registry } = open(t);
  const uses = [await used('one'), await used('two')];
  registry.lose();
  const next = Promise.resolve(registry.use('one'));
  await clock.advance(0);
  t.strictSame(told, ['one gives up', 'one stops', 'two gives up', 'two stops']);
  for (const use of uses) use?.end();
  await clock.advance(0);
  t.not((await next)?.account, uses[0]?.account);
  t.strictSame(openings.at(-1), { id: 'one', restMs: 1_250 });
  t.strictSame(
    registry.opened().map(({ id }) => id),
    ['one'],
  );
});

t.test('one of many is closed alone', async (t) => {
  const { used, told, registry } = open(t);
  for (const id of ['one', 'two']) (await used(id))?.end();
  await registry.change('one', async () => void told.push('one is changed'));
  t.strictSame(
    registry.opened().map(({ id }) => id),
    ['two'],
  );
  t.notOk(told.includes('two is closed'));
});

t.test('changes of one account come one after the other, of one that was never opened too', async (t) => {
  const { registry, clock, openings } = open(t);
  const done: string[] = [];
  const first = Promise.withResolvers<void>();
  const changes = [
    registry.change('one', async () => {
      await first.promise;
      done.push('first');
    }),
    registry.change('one', async () => {
      done.push('second');
      throw new Error('as the test wants');
    }),
  ];
  changes[1]?.catch(() => undefined); // Judged below.
  const use = Promise.resolve(registry.use('one')).then(() => done.push('used'));
  await setImmediate();
  t.strictSame([done, openings], [[], []], 'nobody opens it meanwhile');
  first.resolve();
  await changes[0];
  await t.rejects(changes[1] ?? Promise.resolve(), { message: 'as the test wants' });
  await clock.advance(0);
  await use;
  t.strictSame(done, ['first', 'second', 'used']);
});

t.test(
  'work on an account that is closed keeps others from opening it, and is left out where it is open',
  async (t) => {
    const { registry, used, openings, clock } = open(t);
    const done: string[] = [];
    const gate = Promise.withResolvers<void>();
    const working = registry.whileClosed('one', async () => {
      await gate.promise;
      done.push('worked');
    });
    const use = Promise.resolve(registry.use('one')).then(() => done.push('used'));
    await setImmediate();
    t.strictSame([done, openings], [[], []]);
    gate.resolve();
    await working;
    await clock.advance(0);
    await use;
    t.strictSame(done, ['worked', 'used']);
    (await used('one'))?.end();
    await registry.whileClosed('one', async () => void done.push('worked again'));
    t.strictSame(done, ['worked', 'used']);
  },
);

t.test('work in turn leaves an account open unless it ends it; what is asked for next waits for it', async (t) => {
  const { registry, used, told, openings } = open(t);
  (await used('one'))?.end();
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const works = [
    registry.inTurn('one', async () => {
      await gate.promise;
      done.push('first');
    }),
    registry.inTurn('one', async () => void done.push('second')),
  ];
  const use = Promise.resolve(registry.use('one')).then(() => done.push('used'));
  await setImmediate();
  t.strictSame(done, []);
  gate.resolve();
  await Promise.all([...works, use]);
  t.strictSame([done, told, openings.length], [['first', 'second', 'used'], [], 1]);
});

t.test('work on a closed account waits for an opening in progress, and is done where that fails', async (t) => {
  const { registry, clock, state } = open(t);
  state.openMs = 100;
  const opening = Promise.resolve(registry.use('broken'));
  opening.catch(() => undefined); // Judged below.
  const done: string[] = [];
  const working = registry.whileClosed('broken', async () => done.push('worked'));
  await setImmediate();
  t.strictSame(done, []);
  await clock.advance(100);
  await working;
  await t.rejects(opening, { message: 'as the test wants' });
  t.strictSame(done, ['worked']);
});

t.test('who ends an account may keep its lease, but not of one that ends anyway', async (t) => {
  const { registry, used, told, clock } = open(t);
  (await used('one'))?.end();
  await registry.inTurn('one', async ({ handOver }) => {
    const lease = await handOver();
    told.push('one is changed');
    await lease?.release();
  });
  t.strictSame(told.slice(-3), ['one is closed', 'one is changed', 'one is released']);
  const use = await used('one');
  registry.lose('one');
  const left = registry.inTurn('one', ({ handOver }) => handOver());
  await clock.advance(0);
  use?.end();
  await clock.advance(0);
  t.equal(await left, undefined);
  t.equal(told.at(-1), 'one is released');
  t.equal(await registry.inTurn('none', ({ handOver }) => handOver()), undefined);
});
