import t from 'tap';
import { ownHost } from '../fixtures/own-host.ts';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, type Overrides, startService } from '../fixtures/service.ts';

async function start(t: Parameters<typeof startService>[0], overrides?: Overrides) {
  const { app, sandbox } = await startService(t, overrides);
  const health = (headers = {}) => app.inject({ url: '/health', headers }).then(answerOf);
  return { app, sandbox, health };
}

t.test('proxies the account', async (t) => {
  const { sandbox, health } = await start(t);
  const { status, body } = await health();
  t.equal(status, 200);
  t.strictSame(Object.keys(body), ['status', 'account', 'checked_at', 'latency_ms']);
  t.equal(body.status, 'ok');
  t.strictSame(Object.keys(body.account), ['id', 'name', 'subdomain']);
  t.type(body.account.id, 'number');
  t.equal(new Date(body.checked_at).toISOString(), body.checked_at);
  t.ok(Number.isInteger(body.latency_ms) && body.latency_ms >= 0);
  t.match(sandbox.requests, [{ method: 'GET', path: '/api/v4/account' }]);
});

t.test('asks amoCRM once, however many ask', async (t) => {
  const { sandbox, health } = await start(t);
  const together = await Promise.all(Array.from({ length: 20 }, () => health()));
  const later = await health();
  t.strictSame(new Set([...together, later].map(({ body }) => body.checked_at)).size, 1);
  t.equal(sandbox.requests.length, 1);
});

t.test('the time that an answer is kept is a setting', async (t) => {
  const { sandbox, health } = await start(t, { env: { HEALTH_CACHE_SECONDS: '0' } });
  await health();
  await health();
  t.equal(sandbox.requests.length, 2);
});

t.test('what a step has met counts at once, whatever the last answer was', async (t) => {
  for (const [kind, code] of [
    ['unauthorized', 'AMOCRM_UNAUTHORIZED'],
    ['payment-required', 'AMOCRM_PAYMENT_REQUIRED'],
    ['ban', 'AMOCRM_UNAVAILABLE'],
  ] as const) {
    const { step, app, sandbox } = await startService(t);
    const health = () => app.inject({ url: '/health' }).then(answerOf);
    t.equal((await health()).status, 200);
    sandbox.faults.add({ action: { kind }, times: Number.POSITIVE_INFINITY });
    t.match(await step('amocrm_get_account', {}), { body: { code } });
    const sent = sandbox.requests.length;
    const answer = await health();
    isProblem(t, answer, code, { status: 503, what: kind });
    t.match(answer.headers['retry-after'], /^[1-9]\d*$/, kind);
    t.equal(sandbox.requests.length, sent, 'nothing is sent');
  }
});

t.test('tells by a code why amoCRM cannot be used, always with 503', async (t) => {
  for (const [action, code] of [
    [{ kind: 'unauthorized' }, 'AMOCRM_UNAUTHORIZED'],
    [{ kind: 'payment-required' }, 'AMOCRM_PAYMENT_REQUIRED'],
    [{ kind: 'ban' }, 'AMOCRM_UNAVAILABLE'],
    [{ kind: 'status', status: 403 }, 'AMOCRM_FORBIDDEN'],
    [{ kind: 'drop' }, 'AMOCRM_UNAVAILABLE'],
    [{ kind: 'garbled' }, 'AMOCRM_ERROR'],
    [{ kind: 'status', status: 200, body: 'html' }, 'AMOCRM_ERROR'],
    [{ kind: 'status', status: 200, body: { id: null } }, 'AMOCRM_ERROR'],
    [{ kind: 'empty-page' }, 'AMOCRM_ERROR'],
  ] as const) {
    const what = JSON.stringify(action);
    const { sandbox, health } = await start(t);
    sandbox.faults.add({ action, times: Number.POSITIVE_INFINITY });
    const answer = await health();
    isProblem(t, answer, code, { status: 503, what });
    t.match(answer.headers['retry-after'], /^[1-9]\d*$/, what);
    t.equal(sandbox.requests.length, 1, `${what}: one call`);
    t.equal(answer.body.context.__step_error__.startsWith('AmoCRM: '), true, what);
  }
});

t.test('says so when amoCRM cannot be reached at all', async (t) => {
  const { app, sandbox, health } = await start(t, { sandbox: { host: ownHost } });
  await sandbox.close();
  isProblem(t, await health(), 'AMOCRM_UNAVAILABLE');
  t.equal((await app.inject('/health/live')).statusCode, 200, 'the process itself lives');
});

t.test('amoCRM’s silence is a time-out', async (t) => {
  const { sandbox, health } = await start(t, { env: { AMO_TIMEOUT_MS: '100' } });
  sandbox.faults.add({ action: { kind: 'hang' }, times: Number.POSITIVE_INFINITY });
  isProblem(t, await health(), 'AMOCRM_TIMEOUT', { status: 503 });
});

t.test('failures are kept too', async (t) => {
  const { sandbox, health } = await start(t);
  sandbox.faults.add({ action: { kind: 'unauthorized' } });
  const answers = [...(await Promise.all([health(), health(), health()])), await health()];
  for (const answer of answers) isProblem(t, answer, 'AMOCRM_UNAUTHORIZED', { status: 503 });
  t.equal(sandbox.requests.length, 1);
});

t.test('a caller without a key sees only that it is well', async (t) => {
  const key = '0123456789abcdef';
  const { health } = await start(t, { env: { API_KEYS: `bot=${key}` } });
  for (const headers of [{}, { 'x-api-key': 'wrong' }, { authorization: 'Bearer wrong' }]) {
    const { status, body } = await health(headers);
    t.equal(status, 200);
    t.strictSame(Object.keys(body), ['status', 'checked_at']);
  }
  t.match((await health({ 'x-api-key': key })).body, { status: 'ok', account: { id: Number } });
});

t.test('/health/ready says that requests are taken, to anyone, and never asks amoCRM', async (t) => {
  const { app, sandbox } = await start(t, { env: { API_KEYS: 'bot=0123456789abcdef' } });
  t.strictSame((await app.inject('/health/ready')).json(), { status: 'ok' });
  t.strictSame(sandbox.requests, []);
});

t.test('/health/live never asks amoCRM', async (t) => {
  const { app, sandbox } = await start(t, { env: { API_KEYS: 'bot=0123456789abcdef' } });
  t.strictSame((await app.inject('/health/live')).json(), { status: 'ok' });
  t.strictSame(sandbox.requests, []);
});
