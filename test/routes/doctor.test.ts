import t from 'tap';
import type { FaultAction } from '../../src/sandbox/faults/actions.ts';
import { startMany } from '../fixtures/many-accounts.ts';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, type Overrides, startService } from '../fixtures/service.ts';

interface Check {
  id: string;
  status: string;
  detail: string;
  action: string;
  account?: string;
}

async function start(t: Parameters<typeof startService>[0], overrides?: Overrides) {
  const { app, sandbox } = await startService(t, overrides);
  const doctor = (headers = {}) => app.inject({ url: '/doctor', headers }).then(answerOf);
  return { app, sandbox, doctor };
}

const statuses = (checks: Check[]) => Object.fromEntries(checks.map(({ id, status }) => [id, status]));
const forever = Number.POSITIVE_INFINITY;

t.test('a service that is well says so, with few calls', async (t) => {
  const { sandbox, doctor } = await start(t);
  const { status, body } = await doctor();
  t.equal(status, 200);
  t.strictSame(statuses(body.checks), {
    ...{ account: 'ok', token: 'ok', field_map: 'ok', telegram_id: 'ok', webhooks: 'ok', clock: 'ok', limit: 'ok' },
    ...{ directory: 'ok' },
    ...{ data_dir: 'ok', settings: 'ok' },
  });
  t.equal(body.status, 'ok');
  t.ok(sandbox.requests.length <= 8);
  t.ok(body.checks.every(({ action }: Check) => action === ''));
});

t.test('what was found is told again, however many ask', async (t) => {
  const { sandbox, doctor } = await start(t);
  await Promise.all([doctor(), doctor(), doctor()]);
  const { length } = sandbox.requests;
  await doctor();
  t.equal(sandbox.requests.length, length);
  t.ok(length <= 8);
});

t.test('where the token is refused, what was not looked at says so, and nothing is said twice', async (t) => {
  const { doctor } = await start(t, { env: { AMO_ACCESS_TOKEN: 'revoked-4711-0815' } });
  const { body } = await doctor();
  const detailOf = (id: string) => body.checks.find((check: Check) => check.id === id).detail;
  t.equal(detailOf('webhooks'), 'Not looked at: there is no access to amoCRM');
  t.match(detailOf('account'), /^amoCRM refused the access token: it is wrong/);
});

t.test('what amoCRM answers is 200 all the same, with what to do', async (t) => {
  const cases: [FaultAction, RegExp][] = [
    [{ kind: 'unauthorized' }, /token/],
    [{ kind: 'payment-required' }, /paid/],
    [{ kind: 'ban' }, /network|address/i],
    [{ kind: 'drop' }, /reaches amoCRM/],
    [{ kind: 'status', status: 200, body: 'html' }, /AMO_BASE_URL/],
  ];
  for (const [action, remedy] of cases) {
    const { sandbox, doctor } = await start(t);
    sandbox.faults.add({ action, times: forever });
    const { status, body } = await doctor();
    t.equal(status, 200);
    t.equal(body.status, 'fail');
    t.match(body.checks[0], { id: 'account', status: 'fail', action: remedy }, action.kind);
    t.ok(sandbox.requests.length <= 2, `${action.kind}: nothing else is asked`);
  }
});

t.test('webhooks that are switched off, and those that may not be read', async (t) => {
  const { sandbox, doctor } = await start(t);
  const webhooks = [
    { id: 1, destination: 'https://bot.example.com/hook?secret', disabled: true, settings: ['add_lead'] },
  ];
  sandbox.faults.add({ path: /webhooks/, action: { kind: 'status', status: 200, body: { _embedded: { webhooks } } } });
  const off = (await doctor()).body.checks.find(({ id }: Check) => id === 'webhooks');
  t.match(off, { status: 'warn', detail: /https:\/\/bot\.example\.com$/ });

  const other = await start(t);
  const forbidden = { title: 'Forbidden', status: 403, detail: '' };
  other.sandbox.faults.add({ path: /webhooks/, action: { kind: 'status', status: 403, body: forbidden } });
  t.match(
    (await other.doctor()).body.checks.find(({ id }: Check) => id === 'webhooks'),
    { status: 'ok', detail: /administrator/ },
  );
});

t.test('a field map that is behind the account fails', async (t) => {
  const file = `${t.testdir({ 'map.json': '{"contacts":{"budget":{"id":987654,"type":"numeric"}}}' })}/map.json`;
  const { doctor } = await start(t, { env: { AMO_FIELDS_FILE: file } });
  const { body } = await doctor();
  t.match(
    body.checks.find(({ id }: Check) => id === 'field_map'),
    { status: 'fail', detail: /contacts\.budget \(987654\)/ },
  );
});

t.test('refusals of the last hour, and settings that no one reads', async (t) => {
  const { app, sandbox, doctor } = await start(t, { env: { AMO_RATELIMIT: '3' } });
  sandbox.faults.add({ action: { kind: 'too-many' }, times: 1 });
  const step = { method: 'POST', url: '/steps/amocrm_get_account', payload: { params: {} } } as const;
  t.equal((await app.inject(step)).statusCode, 200);
  const { body } = await doctor();
  t.match(statuses(body.checks), { limit: 'warn', settings: 'warn' });
  t.match(
    body.checks.find(({ id }: Check) => id === 'settings'),
    { detail: /AMO_RATE_LIMIT\?/ },
  );
});

t.test('with keys it needs one, and one that may read is enough', async (t) => {
  const keys = { reader: 'reader-key-0123456789', metrics: 'metrics-key-0123456789' };
  const { doctor } = await start(t, { env: { API_KEYS: `a:read=${keys.reader},b:metrics=${keys.metrics}` } });
  isProblem(t, await doctor(), 'UNAUTHORIZED');
  isProblem(t, await doctor({ 'x-api-key': keys.metrics }), 'KEY_NOT_ALLOWED');
  t.equal((await doctor({ 'x-api-key': keys.reader })).status, 200);
});

t.test('with several accounts those of the key, each named; one that is switched off is told', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  await many.put('garage', { disabled: true });
  const accountsOf = (body: { checks: Check[] }) => [...new Set(body.checks.flatMap(({ account }) => account ?? []))];
  const { call } = await many.caller('bot', ['studio']);
  t.strictSame(accountsOf((await call('GET', '/doctor')).body), ['studio']);
  isProblem(t, await call('GET', '/doctor', undefined, { 'amocrm-account': 'garage' }), 'ACCOUNT_NOT_FOUND');
  const all = (await many.admin('GET', '/doctor')).body;
  t.strictSame(accountsOf(all).sort(), ['garage', 'studio']);
  t.match(
    all.checks.find(({ account }: Check) => account === 'garage'),
    { id: 'account', status: 'warn', detail: /switched off/ },
  );
});

t.test('in the language of the caller', async (t) => {
  const { sandbox, doctor } = await start(t);
  sandbox.faults.add({ action: { kind: 'unauthorized' }, times: forever });
  const { headers, body } = await doctor({ 'accept-language': 'ru' });
  t.match(headers, { 'content-language': 'ru', vary: /Accept-Language/ });
  for (const { id, title, detail, action } of body.checks) {
    if (id !== 'data_dir') t.match(title + detail, /[а-яё]/i, id);
    if (action !== '') t.match(action, /[а-яё]/i, id);
  }
  t.match((await doctor()).headers, { 'content-language': 'en' });
});
