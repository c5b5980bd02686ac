import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import type { FaultAction } from '../../../src/sandbox/sandbox.ts';
import { startFaultProxy } from '../../fixtures/fault-proxy.ts';
import { createShiftedClock, type Integration, openIntegration } from '../../fixtures/oauth.ts';
import { ownHost } from '../../fixtures/own-host.ts';
import { isProblem } from '../../fixtures/problem.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const dayMs = 86_400_000;
/** Five seconds of its are more than a test takes. */
const patient = createUnhurriedClock(10_000);
const always = Number.POSITIVE_INFINITY;
const find = ['amocrm_search', { query: 'Иван' }] as const;
const create = ['amocrm_create_contact', { name: 'Новенький' }] as const;

async function startWithTokens(integration: Integration, env: Record<string, string> = {}) {
  const service = await integration.start({ AMO_AUTH_CODE: integration.sandbox.oauth.authCode(), ...env });
  await service.told('refreshed');
  return service;
}

/** A service whose access token has expired, on a clock that makes its waits short. */
async function startExpired(t: Parameters<typeof openIntegration>[0], env: Record<string, string> = {}) {
  const clock = createShiftedClock();
  const integration = await openIntegration(t, { clock, sandbox: { host: ownHost } });
  const service = await startWithTokens(integration, env);
  clock.shift(dayMs);
  return { clock, integration, service };
}

t.test('a revoked authorization is said plainly in the answer, the log and /health', async (t) => {
  const integration = await openIntegration(t);
  const { step, health, told } = await startWithTokens(integration);
  integration.sandbox.oauth.revokeAll();
  const plain = /^The authorization .* revoked or has expired \(HTTP 401\): authorize .*AMO_AUTH_CODE/;
  for (const [type, params] of [find, create]) {
    const answer = await step(type, params);
    isProblem(t, answer, 'AMOCRM_UNAUTHORIZED');
    t.match(answer.body, { detail: plain, retryable: false });
    t.notOk('written' in answer.body);
  }
  const sick = await health();
  isProblem(t, sick, 'AMOCRM_UNAUTHORIZED', { status: 503 });
  t.match(sick.body.detail, plain);
  t.match(await told('failed'), { level: 'error', msg: 'tokens', err: { message: plain } });
});

t.test('after a refusal nothing is sent for a while, neither steps nor grants', async (t) => {
  const integration = await openIntegration(t, { clock: patient });
  const { step, health } = await startWithTokens(integration);
  integration.sandbox.oauth.revokeAll();
  await step(...find);
  const sent = integration.sandbox.requests.length;
  const answers = await Promise.all([...Array.from({ length: 30 }, () => step(...find)), health(), health()]);
  t.ok(answers.every(({ body }) => body.code === 'AMOCRM_UNAUTHORIZED'));
  t.equal(integration.sandbox.requests.length, sent);
  t.equal(integration.exchanges().length, 2, 'the code, and one refused refresh');
});

t.test('a refused authorization is tried again ever more rarely, and recovers', async (t) => {
  const clock = { ...createShiftedClock(), second: 10 };
  const integration = await openIntegration(t, { clock });
  const service = await startWithTokens(integration);
  const { faults, oauth } = integration.sandbox;
  faults.add({
    path: '/oauth2',
    times: 3,
    action: { kind: 'status', status: 401, body: { hint: 'Token has been revoked' } },
  });
  oauth.revokeAccess();
  t.equal((await service.step(...find)).status, 502);
  const from = service.lines.length;
  await service.told('refreshed', from);
  t.equal((await service.step(...find)).status, 200);
  const [, ...tries] = integration.exchanges().map(({ at }) => at);
  const waits = tries.slice(1).map((at, index) => at - (tries[index] ?? 0));
  t.equal(waits.length, 3);
  t.ok(
    waits.every((wait, index) => wait >= 50 * 2 ** index),
    `5, 10 and 20 s, 10 ms each: ${waits.join(', ')}`,
  );
});

t.test('wrong settings of the integration are named as such', async (t) => {
  const pair =
    /^amoCRM refused the integration \(HTTP 401\): its id or its secret key is wrong\..*AMO_CLIENT_SECRET.*: \S+/;
  const other = /^amoCRM refused the integration \(HTTP 400\): correct AMO_CLIENT_ID.*AMO_REDIRECT_URI.*: \S+/;
  for (const [wrong, detail] of [
    [{ AMO_CLIENT_SECRET: 'wrong-secret' }, pair],
    [{ AMO_CLIENT_ID: 'wrong-id' }, pair],
    [{ AMO_REDIRECT_URI: 'https://other.example' }, other],
  ] as const) {
    const { sandbox, start } = await openIntegration(t);
    const { step } = await start({ AMO_AUTH_CODE: sandbox.oauth.authCode(), ...wrong });
    const { body } = await step(...find);
    t.equal(body.code, 'AMOCRM_UNAUTHORIZED');
    t.match(body.detail, detail);
  }
});

t.test('a token endpoint that cannot be reached is AMOCRM_UNAVAILABLE, for writes too', async (t) => {
  const { integration, service } = await startExpired(t);
  await integration.sandbox.close();
  for (const [type, params] of [find, create]) {
    const answer = await service.step(type, params);
    isProblem(t, answer, 'AMOCRM_UNAVAILABLE');
    t.match(answer.body, { retryable: true, detail: /ECONNREFUSED|nothing is sent/ });
    t.match(answer.headers['retry-after'], /^\d+$/);
  }
});

const passing: [string, FaultAction][] = [
  ['a dropped connection', { kind: 'drop' }],
  ['a 502', { kind: 'status', status: 502, body: 'html' }],
  ['a system error', { kind: 'system-error' }],
  ['no answer in time', { kind: 'hang' }],
  ['too many requests', { kind: 'too-many' }],
];
for (const [what, action] of passing) {
  t.test(`${what} at the token endpoint is got over with the same refresh token`, async (t) => {
    const { integration, service } = await startExpired(t, { AMO_TIMEOUT_MS: '1000' });
    integration.sandbox.faults.add({ path: '/oauth2', action });
    t.equal((await service.step(...create)).status, 200);
    t.equal(integration.exchanges().length, 3);
    t.equal([...integration.sandbox.store.contacts.values()].filter(({ name }) => name === create[1].name).length, 1);
  });
}

const lost: [string, FaultAction][] = [
  ['drop', { kind: 'after', next: { kind: 'drop' } }],
  ['cut', { kind: 'cut', bytes: 30 }],
  ['garbled', { kind: 'garbled' }],
  ['502', { kind: 'after', next: { kind: 'status', status: 502, body: 'html' } }],
  ['time-out', { kind: 'after', next: { kind: 'hang' } }],
  ['200 without tokens', { kind: 'after', next: { kind: 'status', status: 200, body: {} } }],
];
for (const [what, action] of lost) {
  t.test(`a pair whose answer was lost (${what}) is said to be lost, and a new code heals`, async (t) => {
    const { integration, service } = await startExpired(t, { AMO_TIMEOUT_MS: '1000' });
    integration.sandbox.faults.add({ path: '/oauth2', action });
    const { body } = await service.step(...find);
    t.match(body, {
      code: 'AMOCRM_UNAUTHORIZED',
      detail: /begun at 20.*Z was lost, and with it the new tokens: authorize/,
    });
    await service.close();
    const again = await startWithTokens(integration);
    t.equal((await again.step(...find)).status, 200);
  });
}

t.test('a token that still works is used whatever becomes of its renewal', async (t) => {
  const clock = createShiftedClock();
  const integration = await openIntegration(t, { clock });
  await (await startWithTokens(integration)).close();
  clock.shift(dayMs * (23 / 24));
  integration.sandbox.faults.add({
    path: '/oauth2',
    times: always,
    action: { kind: 'status', status: 502, body: 'html' },
  });
  const { step, health, told, lines } = await integration.start();
  t.match(await told('failed'), { level: 'error', expires_at: String });
  t.equal((await step(...create)).status, 200);
  t.equal((await health()).status, 200);
  integration.sandbox.faults.clear();
  await told('refreshed', lines.length);
  t.equal((await step(...find)).status, 200);
});

t.test('a token that amoCRM refuses as soon as it is issued is not renewed again and again', async (t) => {
  const integration = await openIntegration(t, { clock: patient });
  const { step } = await startWithTokens(integration);
  integration.sandbox.faults.add({ path: '/api', times: always, action: { kind: 'unauthorized' } });
  for (let index = 0; index < 10; index += 1) isProblem(t, await step(...create), 'AMOCRM_UNAUTHORIZED');
  t.strictSame(
    integration.sandbox.requests.map(({ status }) => status),
    [200, 401, 200, 401],
    'the code, the call, one refresh, the call again',
  );
});

t.test('a block at the token endpoint opens the breaker', async (t) => {
  const { integration, service } = await startExpired(t);
  integration.sandbox.settings.banned = true;
  isProblem(t, await service.step(...find), 'AMOCRM_UNAVAILABLE');
  t.match((await service.step(...find)).body.detail, /blocked this integration.*probe/);
  t.equal(integration.exchanges().length, 2);
});

t.test('a disk that takes nothing keeps the grant from being sent', async (t) => {
  const { integration, service } = await startExpired(t);
  const other = new DatabaseSync(join(integration.directory, 'journal.db'));
  other.exec('BEGIN IMMEDIATE');
  const answer = await service.step(...find);
  isProblem(t, answer, 'OVERLOADED');
  t.match(answer.body.detail, 'cannot be written to DATA_DIR');
  t.equal(integration.exchanges().length, 1);
  other.exec('ROLLBACK');
  other.close();
  await service.told('refreshed', service.lines.length);
  t.equal((await service.step(...find)).status, 200);
});

t.test(
  'a pair that the disk does not take at once is stored later, before its use, without asking again',
  async (t) => {
    const clock = createShiftedClock();
    const integration = await openIntegration(t, { clock });
    const { sandbox, directory } = integration;
    let lock: DatabaseSync | undefined;
    const proxy = await startFaultProxy(sandbox.url, ({ path }) => {
      if (!path.startsWith('/oauth2') || lock === undefined) return undefined;
      lock.exec('BEGIN IMMEDIATE');
      return undefined;
    });
    t.teardown(() => proxy.close());
    const service = await startWithTokens(integration, { AMO_BASE_URL: proxy.url });
    const before = integration.stored();
    clock.shift(dayMs);
    lock = new DatabaseSync(join(directory, 'journal.db'));
    isProblem(t, await service.step(...find), 'OVERLOADED');
    t.same(integration.stored(), before);
    const from = service.lines.length;
    lock.exec('ROLLBACK');
    lock.close();
    await service.told('refreshed', from);
    t.ok(sandbox.oauth.isFresh(integration.stored()?.refresh_token ?? ''));
    t.equal((await service.step(...find)).status, 200);
    t.equal(integration.exchanges().length, 2);
  },
);

t.test('a missing right is named by what failed', async (t) => {
  const integration = await openIntegration(t);
  const { step } = await startWithTokens(integration);
  const body = { title: 'Forbidden', status: 403, detail: 'Invalid scope' };
  integration.sandbox.faults.add({ times: always, path: '/api', action: { kind: 'status', status: 403, body } });
  const lead = await step('amocrm_create_lead', { name: 'Сделка' });
  isProblem(t, lead, 'AMOCRM_FORBIDDEN');
  t.equal(lead.body.detail, 'The integration may not do this: POST leads (HTTP 403): Invalid scope');
  const found = await step(...find);
  t.equal(found.body.detail, 'The integration may not do this: GET contacts (HTTP 403): Invalid scope');
});

t.test('no token, code or secret in any line or answer, whatever fails', async (t) => {
  const clock = createShiftedClock();
  const integration = await openIntegration(t, { clock });
  const { sandbox } = integration;
  const code = sandbox.oauth.authCode();
  const secrets = [code, sandbox.oauth.clientSecret];
  const texts: string[] = [];
  const faults: (FaultAction | undefined)[] = [
    undefined,
    { kind: 'drop' },
    { kind: 'hang' },
    { kind: 'garbled' },
    { kind: 'status', status: 401, body: { hint: 'Token has been revoked' } },
    { kind: 'status', status: 500, body: 'html' },
  ];
  for (const action of faults) {
    const service = await integration.start({ AMO_AUTH_CODE: code, AMO_TIMEOUT_MS: '100' });
    await service.step(...find);
    if (action !== undefined) sandbox.faults.add({ path: '/oauth2', times: always, action });
    clock.shift(dayMs);
    const { access_token = '', refresh_token = '' } = integration.stored() ?? {};
    secrets.push(access_token, refresh_token);
    const answers = [await service.step(...find), await service.step(...create), await service.health()];
    sandbox.faults.clear();
    await service.close();
    texts.push(
      ...answers.map((answer) => JSON.stringify(answer)),
      ...service.lines.map((line) => JSON.stringify(line)),
    );
  }
  t.ok(texts.some((text) => text.includes('"failed"')));
  for (const secret of secrets) {
    t.ok(secret.length > 20);
    t.same(texts.filter((text) => text.includes(secret.slice(0, 60))).slice(0, 2), []);
  }
});
