import t from 'tap';
import type { FaultAction } from '../../src/sandbox/sandbox.ts';
import { type Opened, open, send } from './open.ts';

const PATH = '/api/v4/contacts';
const START = 1_800_000_000_000;
const create = ({ call }: Opened) => call('POST', PATH, [{ name: 'Поздний' }]);
const late = ({ sandbox }: Opened) => sandbox.store.contacts.values().filter(({ name }) => name === 'Поздний');

/** What the client sees while the call waits. */
const SEEN: [next: FaultAction, reply: object | undefined][] = [
  [{ kind: 'drop' }, undefined],
  [
    { kind: 'status', status: 504, body: 'html' },
    { status: 504, type: /^text\/html/ },
  ],
];

for (const [next, reply] of SEEN) {
  t.test(`a call that ends with ${next.kind} is carried out when released, dated then`, async (t) => {
    let now = START;
    const opened = await open(t, { now: () => now });
    const { sandbox } = opened;
    sandbox.faults.add({ action: { kind: 'late', next } });
    if (reply) t.match(await create(opened), reply);
    else await t.rejects(create(opened));
    t.strictSame([late(opened).length, sandbox.waiting.size, sandbox.requests[0]?.doneAt], [0, 1, undefined]);
    now += 8000;
    t.equal(await sandbox.waiting.release(), 1);
    t.match(late(opened), [{ created_at: START / 1000 + 8, updated_at: START / 1000 + 8 }]);
    t.match(sandbox.requests[0], { fault: 'late', stored: [late(opened)[0]?.id], doneAt: Number });
    t.equal(sandbox.waiting.size, 0);
  });
}

t.test('a call that hangs is carried out though the client has gone', async (t) => {
  const { sandbox } = await open(t);
  sandbox.faults.add({ method: 'PATCH', action: { kind: 'late' } });
  const patience = new AbortController();
  const left = t.rejects(send(sandbox, 'PATCH', PATH, [{ id: 12345, name: 'Позже' }], patience.signal));
  await until(() => sandbox.waiting.size === 1);
  patience.abort();
  await left;
  t.equal(sandbox.store.contacts.get(12345)?.name, 'Мария Соколова');
  await sandbox.waiting.release();
  t.equal(sandbox.store.contacts.get(12345)?.name, 'Позже');
  t.equal(sandbox.requests[0]?.status, 0);
});

t.test('it is carried out by itself after its time', async (t) => {
  const opened = await open(t);
  const { requests, faults } = opened.sandbox;
  faults.add({ action: { kind: 'late', ms: 20, next: { kind: 'drop' } } });
  await t.rejects(create(opened));
  await until(() => requests[0]?.doneAt !== undefined);
  t.equal(late(opened).length, 1);
  t.ok((requests[0]?.doneAt ?? 0) - (requests[0]?.at ?? 0) >= 19);
  t.equal(opened.sandbox.waiting.size, 0);
});

t.test('an answer is delayed until released, by HTTP too', async (t) => {
  const opened = await open(t);
  const { call, sandbox } = opened;
  const rule = { times: 2, action: { kind: 'delay' } };
  t.equal((await call('POST', '/_sandbox/faults', rule)).status, 204);
  const replies = [create(opened), create(opened)];
  await until(() => sandbox.waiting.size === 2);
  t.equal(late(opened).length, 0);
  t.match((await call('GET', '/_sandbox/state')).json, { waiting: 2 });
  t.strictSame((await call('POST', '/_sandbox/release')).json, { released: 2 });
  t.match(await Promise.all(replies), [{ status: 200 }, { status: 200 }]);
  t.equal(late(opened).length, 2);
});

t.test('a reset drops what waits', async (t) => {
  const opened = await open(t);
  const { sandbox } = opened;
  sandbox.faults.add({ action: { kind: 'late', next: { kind: 'drop' } } });
  await t.rejects(create(opened));
  sandbox.faults.add({ action: { kind: 'delay' } });
  const dropped = t.rejects(create(opened));
  await until(() => sandbox.waiting.size === 2);
  sandbox.reset();
  await dropped;
  t.equal(await sandbox.waiting.release(), 0);
  t.equal(late(opened).length, 0);
});

t.test('an answer stalls: its head and first bytes come, then the connection stays silent', async (t) => {
  const { call, sandbox } = await open(t);
  sandbox.faults.add({ action: { kind: 'stall', bytes: 5 } });
  const headers = { authorization: `Bearer ${sandbox.token}` };
  const response = await fetch(`${sandbox.url}/api/v4/account`, { headers });
  const reader = response.body?.getReader();
  t.equal(Buffer.from((await reader?.read())?.value ?? []).toString(), '{"id"');
  let hasEnded = false;
  const rest = reader?.read().finally(() => {
    hasEnded = true;
  });
  t.equal((await call('GET', '/api/v4/account')).status, 200);
  t.notOk(hasEnded);
  await Promise.all([t.rejects(async () => rest), sandbox.close()]);
});

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}
