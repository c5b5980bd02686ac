import t from 'tap';
import type { FaultRule, WrongAnswer } from '../../src/sandbox/sandbox.ts';
import { open } from './open.ts';

const ALWAYS = Number.POSITIVE_INFINITY;
const GATEWAY = { kind: 'status', status: 504, body: 'html' } as const;
const items = (count: number, name = 'Партия') =>
  Array.from({ length: count }, (_, index) => ({ name, request_id: `r${index}` }));

/** How the answer to a write is wrong, and its [position of the id made, request_id] pairs; -1 is an id that nobody got. */
const WRONG: [how: WrongAnswer, at: number | undefined, answered: [number, string][]][] = [
  [
    'missing-item',
    1,
    [
      [0, 'r0'],
      [2, 'r2'],
    ],
  ],
  [
    'doubled-request-id',
    undefined,
    [
      [0, 'r1'],
      [1, 'r1'],
      [2, 'r2'],
    ],
  ],
  [
    'doubled-request-id',
    2,
    [
      [0, 'r0'],
      [1, 'r1'],
      [2, 'r1'],
    ],
  ],
  [
    'unknown-request-id',
    undefined,
    [
      [0, 'no-such-request'],
      [1, 'r1'],
      [2, 'r2'],
    ],
  ],
  [
    'shared-id',
    1,
    [
      [1, 'r0'],
      [1, 'r1'],
      [1, 'r2'],
    ],
  ],
  [
    'zero-id',
    2,
    [
      [0, 'r0'],
      [1, 'r1'],
      [-1, 'r2'],
    ],
  ],
  [
    'out-of-order',
    undefined,
    [
      [2, 'r2'],
      [1, 'r1'],
      [0, 'r0'],
    ],
  ],
];

for (const [how, at, answered] of WRONG) {
  t.test(`everything is stored, the answer has ${how} ${at ?? ''}`, async (t) => {
    const { call, sandbox } = await open(t);
    const action = { kind: 'wrong-answer', how, ...(at !== undefined && { at }) };
    t.equal((await call('POST', '/_sandbox/faults', { action })).status, 204);
    const { json } = await call('POST', '/api/v4/contacts', items(3));
    const { stored = [] } = sandbox.requests[0] ?? {};
    t.equal(stored.length, 3);
    const list: { id: number; request_id: string }[] = json._embedded.contacts;
    t.strictSame(
      list.map(({ id, request_id }) => [stored.indexOf(id), request_id]),
      answered,
    );
  });
}

t.test('a request_id is doubled where there is one item alone, and in a bare list', async (t) => {
  const { call, sandbox } = await open(t);
  const action = { kind: 'wrong-answer', how: 'doubled-request-id' } as const;
  sandbox.faults.add({ action, times: 2 });
  const one = await call('POST', '/api/v4/contacts', items(1));
  t.match(one.json._embedded.contacts, [{ request_id: 'r0' }, { request_id: 'r0' }]);
  const two = await call('POST', '/api/v4/leads/complex', items(2));
  t.match(two.json, [{ request_id: ['r1'] }, { request_id: ['r1'] }]);
});

t.test('a gateway fails above so many items, before or after the work', async (t) => {
  const { call, sandbox } = await open(t);
  const before = sandbox.store.contacts.size;
  const statuses = async () => {
    const replies = [
      await call('POST', '/api/v4/contacts', items(3)),
      await call('POST', '/api/v4/contacts', items(2)),
    ];
    return replies.map(({ status }) => status);
  };
  const remove = sandbox.faults.add({ itemsOver: 2, times: ALWAYS, action: GATEWAY });
  t.strictSame(await statuses(), [504, 200]);
  t.equal(sandbox.store.contacts.size, before + 2);
  remove();
  await call('POST', '/_sandbox/faults', { itemsOver: 2, times: null, action: { kind: 'after', next: GATEWAY } });
  t.strictSame(await statuses(), [504, 200]);
  t.equal(sandbox.store.contacts.size, before + 7);
});

for (const status of [403, 404, 409, 413, 422]) {
  t.test(`one item makes ${status} of its whole batch, which names no item`, async (t) => {
    const { call, sandbox } = await open(t);
    const before = sandbox.store.contacts.size;
    const action = { kind: 'status', status };
    await call('POST', '/_sandbox/faults', { item: 'Она "самая"', times: null, action });
    const refused = await call('POST', '/api/v4/contacts', [...items(2), ...items(1, 'Она "самая" такая')]);
    t.match(refused, { status, type: 'application/problem+json', json: { status, detail: String } });
    t.notOk('validation-errors' in refused.json);
    t.equal((await call('POST', '/api/v4/contacts', items(2))).status, 200);
    t.equal(sandbox.store.contacts.size, before + 2);
  });
}

t.test('a PATCH is answered 204, with or without the work, where an item passes a test', async (t) => {
  const { call, sandbox } = await open(t);
  const rule: Omit<FaultRule, 'action'> = { method: 'PATCH', item: ({ id }) => id === 12345 };
  const patch = (id: number) => call('PATCH', '/api/v4/contacts', [{ id, name: 'Иначе' }]);
  sandbox.faults.add({ ...rule, action: { kind: 'status', status: 204 } });
  t.equal((await patch(12346)).status, 200);
  t.match(await patch(12345), { status: 204, text: '', type: '' });
  t.not(sandbox.store.contacts.get(12345)?.name, 'Иначе');
  sandbox.faults.add({ ...rule, action: { kind: 'after', next: { kind: 'status', status: 204 } } });
  t.equal((await patch(12345)).status, 204);
  t.equal(sandbox.store.contacts.get(12345)?.name, 'Иначе');
});

t.test('a redirect leads to the same path of another host', async (t) => {
  const { call, sandbox } = await open(t);
  const to = 'https://other.amocrm.example';
  const redirected = async () => {
    const init = { headers: { authorization: `Bearer ${sandbox.token}` }, redirect: 'manual' } as const;
    const { status, headers } = await fetch(`${sandbox.url}/api/v4/contacts?page=2`, init);
    return [status, headers.get('location')];
  };
  sandbox.faults.add({ action: { kind: 'redirect', to } });
  t.strictSame(await redirected(), [302, `${to}/api/v4/contacts?page=2`]);
  for (const status of [301, 307]) {
    await call('POST', '/_sandbox/faults', { action: { kind: 'redirect', to, status } });
    t.strictSame(await redirected(), [status, `${to}/api/v4/contacts?page=2`]);
  }
});
