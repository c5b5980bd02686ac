import t from 'tap';
import type { FaultAction, FaultRule } from '../../src/sandbox/sandbox.ts';
import { type Opened, open } from './open.ts';

const create = ({ call }: Opened) => call('POST', '/api/v4/contacts', [{ name: 'a' }, { name: 'b' }]);
const size = ({ sandbox }: Opened) => sandbox.store.contacts.size;

/** action, whether the contacts are stored, what the client sees */
const ANSWERED: [action: FaultAction, stored: boolean, reply: object][] = [
  [{ kind: 'status', status: 502, body: 'html' }, false, { status: 502, type: /^text\/html/, text: /502 Bad Gateway/ }],
  [{ kind: 'status', status: 500 }, false, { status: 500, type: 'application/problem+json' }],
  [
    { kind: 'status', status: 403, body: { detail: 'Invalid scope' } },
    false,
    { status: 403, json: { detail: 'Invalid scope' } },
  ],
  [{ kind: 'status', status: 418, body: 'чай' }, false, { status: 418, text: 'чай' }],
  [{ kind: 'after', next: { kind: 'status', status: 504, body: 'html' } }, true, { status: 504, type: /^text\/html/ }],
  [{ kind: 'after', next: { kind: 'status', status: 200, body: 'html' } }, true, { status: 200, type: /^text\/html/ }],
  [{ kind: 'omit' }, true, { status: 200, json: { _embedded: { contacts: { length: 0 } } } }],
  [{ kind: 'omit', keep: 1 }, true, { status: 200, json: { _embedded: { contacts: { length: 1 } } } }],
  [{ kind: 'delay', ms: 10 }, true, { status: 200 }],
  [{ kind: 'delay', ms: 10, next: { kind: 'status', status: 503, body: 'html' } }, false, { status: 503 }],
  [
    { kind: 'system-error' },
    false,
    { status: 400, text: '{"detail":"Возникла системная ошибка. Пожалуйста, повторите попытку."}' },
  ],
  [{ kind: 'unauthorized' }, false, { status: 401, json: { detail: 'Invalid user name or password' } }],
  [{ kind: 'payment-required' }, false, { status: 402, json: { title: 'Payment Required' } }],
  [{ kind: 'too-many' }, false, { status: 429, type: /^text\/html/ }],
  [{ kind: 'empty-page' }, false, { status: 204, text: '' }],
];

t.test('faults answer in their own way and store only what they say', async (t) => {
  const opened = await open(t);
  for (const [action, stored, reply] of ANSWERED) {
    const before = size(opened);
    opened.sandbox.faults.add({ action });
    t.match(await create(opened), reply, JSON.stringify(action));
    t.equal(size(opened) - before, stored ? 2 : 0);
    t.equal(opened.sandbox.requests.at(-1)?.fault, action.kind);
  }
});

t.test('a garbled answer is committed and is not JSON', async (t) => {
  const opened = await open(t);
  opened.sandbox.faults.add({ action: { kind: 'garbled' } });
  const before = size(opened);
  await t.rejects(create(opened), SyntaxError);
  t.equal(size(opened), before + 2);
});

/** Connections that break: action, whether the contacts are stored, the status in the log. */
const BROKEN: [action: FaultAction, stored: boolean, status: number][] = [
  [{ kind: 'drop' }, false, 0],
  [{ kind: 'after', next: { kind: 'drop' } }, true, 0],
  [{ kind: 'after', next: { kind: 'delay', ms: 5, next: { kind: 'drop' } } }, true, 0],
  [{ kind: 'cut', bytes: 20 }, true, 200],
];

t.test('dropped and cut answers end the connection', async (t) => {
  const opened = await open(t);
  for (const [action, stored, status] of BROKEN) {
    const before = size(opened);
    opened.sandbox.faults.add({ action });
    await t.rejects(create(opened), JSON.stringify(action));
    t.equal(size(opened) - before, stored ? 2 : 0);
    t.equal(opened.sandbox.requests.at(-1)?.status, status);
  }
});

t.test('too-many may carry Retry-After, ban blocks everything', async (t) => {
  const { call, sandbox } = await open(t);
  sandbox.faults.add({ action: { kind: 'too-many', retryAfter: '7' } });
  t.equal((await call('GET', '/api/v4/account')).headers.get('retry-after'), '7');
  sandbox.faults.add({ action: { kind: 'ban' } });
  t.equal((await call('GET', '/api/v4/account')).status, 403);
  t.equal((await call('GET', '/api/v4/contacts')).status, 403);
});

t.test('rules choose requests by method, path, turn and number', async (t) => {
  const { call, sandbox } = await open(t);
  const met = async (rule: Omit<FaultRule, 'action'>, method: string, path: string, count = 6) => {
    const remove = sandbox.faults.add({ ...rule, action: { kind: 'status', status: 500 } });
    const replies: boolean[] = [];
    for (let turn = 0; turn < count; turn += 1) replies.push((await call(method, path)).status === 500);
    remove();
    return replies.map(Number).join('');
  };
  t.equal(await met({}, 'GET', '/api/v4/account'), '100000');
  t.equal(await met({ times: 2 }, 'GET', '/api/v4/account'), '110000');
  t.equal(await met({ times: Number.POSITIVE_INFINITY }, 'GET', '/api/v4/account'), '111111');
  t.equal(await met({ skip: 2, times: 3 }, 'GET', '/api/v4/account'), '001110');
  t.equal(await met({ every: 2, times: 9 }, 'GET', '/api/v4/account'), '010101');
  t.equal(await met({ method: 'POST' }, 'GET', '/api/v4/account'), '000000');
  t.equal(await met({ path: '/api/v4/leads' }, 'GET', '/api/v4/leads/67890', 1), '1');
  t.equal(await met({ path: '/api/v4/leads' }, 'GET', '/api/v4/contacts', 1), '0');
  t.equal(await met({ path: /\/leads\/\d+$/ }, 'GET', '/api/v4/leads', 1), '0');
});

t.test('a request that hangs is left by the client, and close ends promptly', async (t) => {
  const { sandbox } = await open(t);
  sandbox.faults.add({ action: { kind: 'hang' }, times: 2 });
  const headers = { authorization: `Bearer ${sandbox.token}` };
  const arrival = async (count: number) => {
    while (sandbox.requests.length < count) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  const patience = new AbortController();
  const left = t.rejects(fetch(`${sandbox.url}/api/v4/account`, { headers, signal: patience.signal }));
  await arrival(1);
  patience.abort();
  await left;
  const ended = t.rejects(fetch(`${sandbox.url}/api/v4/account`, { headers }));
  await arrival(2);
  await sandbox.close();
  await ended;
});

t.test('reset brings the seed back and forgets log, faults and ban', async (t) => {
  const opened = await open(t);
  const { call, sandbox } = opened;
  const before = size(opened);
  await create(opened);
  sandbox.faults.add({ action: { kind: 'drop' } });
  sandbox.settings.banned = true;
  sandbox.reset();
  t.equal(size(opened), before);
  t.equal(sandbox.requests.length, 0);
  t.equal((await call('GET', '/api/v4/contacts/12345')).status, 200);
});
