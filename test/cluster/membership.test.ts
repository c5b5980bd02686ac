import { setImmediate } from 'node:timers/promises';
import t, { type Test } from 'tap';

import { Elsewhere } from '../../src/cluster/elsewhere.ts';
import { createMembership, type Timing } from '../../src/cluster/membership.ts';
import type { ReplicaTable } from '../../src/cluster/replica-table.ts';
import { verbatim } from '../../src/messages/message.ts';

// The membership keeps no process alive.
const alive = setInterval(() => {}, 60_000);
t.teardown(() => clearInterval(alive));

/** A table in memory that can be away, taken by somebody else, or have another time. */
function open(t: Test, timing: Partial<Timing> = {}, state = { isAway: false, isAlive: true, offMs: 0, fault: '' }) {
  const told: string[] = [];
  const joined: string[] = [];
  let heard = () => {};
  const tell = (what: string) => {
    told.push(what);
    heard();
  };
  let refused = 0;
  function judge(): void {
    refused += 1;
    if (state.isAway) throw new Error('away');
    if (state.fault !== '') throw new Elsewhere(verbatim(state.fault), new Error('as the database says it'));
    refused = 0;
  }
  const table: ReplicaTable = {
    async wall() {
      judge();
      return Date.now() + state.offMs;
    },
    owners: async () => [],
    there: async () => [],
    async join({ id }) {
      judge();
      state.isAlive = true;
      joined.push(id);
    },
    async beat() {
      judge();
      tell('beat');
      return { isAlive: state.isAlive, wall: Date.now() + state.offMs, live: 2, deletions: 0 };
    },
    leave: async () => tell('left'),
    declare: async () => {},
    drain: async () => tell('drains'),
    async locate(account) {
      judge();
      tell(`located ${account}`);
      return account === 'theirs' ? { id: 'them', url: 'http://them' } : undefined;
    },
    async take(account) {
      return account === 'nobody' ? undefined : { epoch: 7, version: 1, restMs: 5, addedAfter: 0 };
    },
    survey: async () => [
      { account: 'own', isOwn: true, version: 1, isOff: false },
      { account: 'nobody’s', isOwn: false, version: 1, isOff: false },
      { account: 'off', isOwn: false, version: 1, isOff: true },
    ],
    release: async (account, epoch) => tell(`released ${account} ${epoch}`),
  };
  const membership = createMembership({
    table,
    url: '',
    version: '1',
    onLost: () => tell('lost'),
    onBack: () => tell('back'),
    onSurvey() {},
    onError: (error) => tell(error instanceof Error ? error.message : String(error)),
    timing: { beatMs: 5, leaseMs: 60_000, marginMs: 10, maxClockOffMs: 2000, ...timing },
  });
  t.teardown(() => membership.stop());
  async function until(what: string, from = told.length) {
    while (!told.slice(from).includes(what)) await new Promise<void>((resolve) => (heard = resolve));
  }
  return { membership, state, told, joined, until, refused: () => refused };
}

t.test('as long as signs of life are answered accounts may be taken and used', async (t) => {
  const { membership, until, told } = open(t);
  t.equal(membership.isReady(), false, 'not before the lease has begun');
  await t.rejects(membership.take('one'), { code: 'OVERLOADED', retryAfter: 1 });
  await membership.start();
  const lease = await membership.take('one');
  t.match(lease, { epoch: 7, restMs: 5 });
  await until('beat');
  t.equal(lease.refusal(), undefined);
  await t.rejects(membership.take('nobody'), { code: 'OVERLOADED' });
  await lease.release();
  await membership.stop();
  t.strictSame(
    told.filter((what) => what !== 'beat' && !what.startsWith('located')),
    ['released one 7', 'left'],
  );
  t.match(lease.refusal(), { code: 'OVERLOADED' });
  t.equal(membership.isReady(), false);
});

t.test('who has an account is asked once, and known without the database too', async (t) => {
  const { membership, state, told } = open(t);
  await membership.start();
  await t.rejects(membership.take('theirs'), { code: 'OVERLOADED', retryAfter: 1 });
  state.isAway = true;
  await t.rejects(membership.take('theirs'), { code: 'OVERLOADED', retryAfter: 1 });
  t.match(await membership.locate('theirs'), { url: 'http://them' });
  t.equal(told.filter((what) => what === 'located theirs').length, 1);
  membership.forget('theirs');
  await t.rejects(membership.locate('theirs'), { code: 'OVERLOADED', retryAfter: 1 });
});

t.test('who drains is not ready, and keeps its lease', async (t) => {
  const { membership, told } = open(t);
  await membership.start();
  t.equal(membership.isReady(), true);
  const lease = await membership.take('one');
  await membership.drain();
  t.equal(membership.isReady(), false);
  t.equal(lease.refusal(), undefined);
  t.ok(told.includes('drains'));
});

t.test('without an answer the lease ends by itself; what it owned never comes back', async (t) => {
  const { membership, state, told, joined, until } = open(t, { leaseMs: 300 });
  t.equal(membership.sighted(), undefined);
  await membership.start();
  await until('beat');
  await until('beat');
  t.strictSame(membership.sighted(), { live: 2, unowned: 1 });
  const lease = await membership.take('one');
  state.isAway = true;
  await until('lost', 0);
  t.equal(membership.sighted(), undefined, 'what was seen is of the past');
  t.match(lease.refusal(), { code: 'OVERLOADED', retryAfter: 1 });
  await t.rejects(membership.take('one'), { code: 'OVERLOADED' });
  await lease.release();
  state.isAway = false;
  await until('back', 0);
  t.match(lease.refusal(), { code: 'OVERLOADED' }, 'another one may have had it meanwhile');
  t.equal((await membership.take('one')).refusal(), undefined);
  t.equal(new Set(joined).size, 2, 'under another name');
  t.strictSame(
    told.filter((what) => what !== 'beat' && what !== 'left' && !what.startsWith('located')),
    ['away', 'lost', 'back'],
    'told once',
  );
});

t.test('what goes wrong is told once, and so is what goes wrong after it', async (t) => {
  const { membership, state, told, until, refused } = open(t, { leaseMs: 300 });
  await membership.start();
  for (const what of ['silent', 'empty']) {
    state.fault = what;
    await until(what, 0);
    const before = refused();
    while (refused() < before + 3) await setImmediate();
  }
  await until('lost', 0);
  t.match(membership.refusal(), { code: 'OVERLOADED', message: 'empty' });
  t.strictSame(
    told.filter((what) => ['silent', 'empty'].includes(what)),
    ['silent', 'empty'],
  );
});

t.test('whoever is told that the lease has ended believes it at once', async (t) => {
  const { membership, state, until } = open(t);
  await membership.start();
  const lease = await membership.take('one');
  state.isAlive = false;
  await until('lost', 0);
  t.match(lease.refusal(), { code: 'OVERLOADED' });
  await until('back', 0);
});

t.test('a lease counts on both clocks: a machine that slept has none', async (t) => {
  const { membership } = open(t, { beatMs: 60_000 });
  await membership.start();
  const lease = await membership.take('one');
  t.equal(lease.refusal(), undefined);
  const now = Date.now;
  t.teardown(() => {
    Date.now = now;
  });
  Date.now = () => now() + 60_000;
  t.match(lease.refusal(), { code: 'OVERLOADED' });
});

t.test('a clock that is off owns nothing, and says so', async (t) => {
  const { membership, state, told, until } = open(t);
  await membership.start();
  for (const offMs of [-9000, 9000]) {
    const lease = await membership.take('one');
    t.equal(lease.refusal(), undefined);
    const from = told.length;
    state.offMs = offMs;
    await until('left', from);
    t.match(lease.refusal(), { code: 'OVERLOADED' });
    await t.rejects(membership.take('one'), { code: 'OVERLOADED', retryAfter: 1 });
    state.offMs = 0;
    await until('back', from);
    t.equal(told.slice(from).filter((what) => /^The clock of this machine is [89]\d{3} ms off/.test(what)).length, 1);
  }
  await membership.stop();
  state.offMs = 9000;
  await t.rejects(open(t, {}, state).membership.start(), /clock of this machine/);
});
