import Fastify from 'fastify';
import t, { type Test } from 'tap';
import { wakeIdle } from '../../src/accounts/wake-idle.ts';
import type { TokenTimes } from '../../src/config/account-table.ts';
import { verbatim } from '../../src/messages/message.ts';
import type { ErrorCode } from '../../src/problems/catalogue.ts';
import { Problem } from '../../src/problems/problem.ts';
import { createFakeClock } from '../fixtures/fake-clock.ts';

const nobody = () => {
  throw new Error('Nothing is changed here');
};

/** Accounts with open jobs that can be opened, or fail with that code; when each was tried is told. */
async function open(t: Test, fails: Record<string, ErrorCode | undefined>, tokens: TokenTimes[] = []) {
  const app = Fastify();
  t.teardown(() => app.close());
  const clock = createFakeClock();
  const begun = clock.now();
  const tried: [id: string, at: number][] = [];
  const given: string[] = [];
  const state = { storeFails: 0, errors: 0, more: 0, turns: 0 };
  /** Accounts that are never done with. */
  const endless = new Set<string>();
  const idle = wakeIdle(app, {
    clock,
    registry: {
      async wake(id) {
        tried.push([id, clock.now() - begun]);
        if (endless.has(id)) await new Promise(() => {});
        const code = fails[id];
        if (code !== undefined) throw new Problem(code, verbatim('as the test wants'));
      },
      async whileClosed(_id, work) {
        state.turns += 1;
        return work();
      },
    },
    store: {
      accounts: {
        find: nobody,
        list: nobody,
        ids: nobody,
        put: nobody,
        remove: nobody,
        clearRemoved: nobody,
        clear: nobody,
        tokenTimes: async () => tokens,
        async withOpenJobs() {
          state.storeFails -= 1;
          if (state.storeFails >= 0) throw new Error('the disk fails');
          return Object.keys(fails);
        },
      },
    },
    async endOverdue(id) {
      given.push(id);
      if (endless.has(`overdue of ${id}`)) await new Promise(() => {});
      state.more -= 1;
      return state.more >= 0;
    },
    onError: () => {
      state.errors += 1;
    },
  });
  return { app, clock, tried, given, state, idle, fails, endless };
}

t.test('an account that cannot be opened for a moment is tried again, ever later, until it opens', async (t) => {
  const { app, clock, tried, state, fails } = await open(t, { one: 'OVERLOADED', two: undefined });
  await app.ready();
  await clock.advance(10_000);
  t.strictSame(
    tried.filter(([id]) => id === 'one').map(([, at]) => at),
    [0, 375, 1_125, 2_625, 5_625],
  );
  t.equal(state.errors, 5, 'each failure is told');
  t.strictSame(
    tried.filter(([id]) => id === 'two').map(([, at]) => at),
    [0],
  );
  fails.one = undefined;
  await clock.advance(60_000);
  t.strictSame(tried.at(-1), ['one', 11_625]);
});

t.test('one that stays so is tried every ten minutes, by one timer', async (t) => {
  const { app, clock, tried } = await open(t, { one: 'INTERNAL_ERROR' });
  await app.ready();
  await clock.advance(4 * 3_600_000);
  tried.length = 0;
  await clock.advance(3_600_000);
  t.equal(tried.length, 6);
});

t.test(
  'jobs of an account that is disabled are given up in their time, and it is not tried before the next look',
  async (t) => {
    const { app, clock, tried, given, state } = await open(t, { one: 'ACCOUNT_DISABLED' });
    await app.ready();
    await clock.advance(599_000);
    t.strictSame([tried.length, given, state.errors], [1, ['one'], 0]);
    await clock.advance(1_000);
    t.strictSame([tried.length, given], [2, ['one', 'one']]);
  },
);

t.test('an account is opened when its tokens are due', async (t) => {
  const issuedAt = createFakeClock().wall();
  const tokens = [{ account: 'late', issuedAt, expiresAt: issuedAt + 24 * 3_600_000 }];
  const { app, clock, tried } = await open(t, {}, tokens);
  await app.ready();
  await clock.advance(21 * 3_600_000);
  t.strictSame(tried, []);
  await clock.advance(2 * 3_600_000);
  t.equal(tried[0]?.[0], 'late');
});

t.test('a store that fails at the start is asked again', async (t) => {
  const { app, clock, tried, state } = await open(t, { one: undefined });
  state.storeFails = 2;
  await app.ready();
  await clock.advance(5_000);
  t.strictSame(tried, [['one', 2_000]]);
  t.equal(state.errors, 2);
});

t.test('after the end nothing is tried any more', async (t) => {
  const { app, clock, tried, idle } = await open(t, { one: 'OVERLOADED' });
  await app.ready();
  await clock.advance(1_000);
  idle.stop();
  const before = tried.length;
  await clock.advance(3_600_000);
  t.equal(tried.length, before);
});

t.test('one that was asked for is opened at once, however late its next attempt', async (t) => {
  const { app, clock, tried, idle, fails } = await open(t, { one: 'OVERLOADED' });
  await app.ready();
  await clock.advance(60_000);
  fails.one = undefined;
  const before = tried.length;
  await idle.wake('one');
  await clock.advance(500_000);
  t.equal(tried.length, before + 1);
});

t.test('one that takes long to open holds up no other', async (t) => {
  const { app, clock, tried, endless } = await open(t, { one: undefined, two: undefined });
  endless.add('one');
  await app.ready();
  await clock.advance(1_000);
  t.strictSame(tried, [
    ['one', 0],
    ['two', 0],
  ]);
});

t.test('however many jobs are given up, all that can be opened is open before', async (t) => {
  const disabled = Array.from({ length: 20 }, (_, i) => `disabled ${i}`);
  const fails = Object.fromEntries(disabled.map((id) => [id, 'ACCOUNT_DISABLED' as const]));
  const { app, clock, tried, given, endless } = await open(t, { ...fails, last: undefined });
  for (const id of disabled) endless.add(`overdue of ${id}`);
  await app.ready();
  await clock.advance(1_000);
  t.ok(tried.some(([id]) => id === 'last'));
  t.equal(given.length, 8, 'some at once, not all');
});

t.test('jobs are given up some at a time: others have their turn with the account in between', async (t) => {
  const { app, clock, given, state } = await open(t, { one: 'ACCOUNT_DISABLED' });
  state.more = 3;
  await app.ready();
  await clock.advance(1_000);
  t.strictSame([given.length, state.turns], [4, 4]);
});
