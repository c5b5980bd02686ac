import t from 'tap';
import { createClient } from '../../../src/amocrm/client/client.ts';
import { kindOf } from '../../../src/amocrm/client/kind-of.ts';
import { factsOf } from '../../../src/amocrm/entities/call-facts.ts';
import { oauth } from '../../../src/amocrm/tokens/oauth.ts';
import { advanceUntil, createFakeClock } from '../../fixtures/fake-clock.ts';
import { createShiftedClock, type Integration, openIntegration } from '../../fixtures/oauth.ts';
import { openAccountStore } from '../../fixtures/store.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const createContact = 'amocrm_create_contact';
const times = <T>(count: number, make: (index: number) => T): T[] =>
  Array.from({ length: count }, (_, index) => make(index));

async function startWithTokens(integration: Integration, env: Record<string, string> = {}) {
  const service = await integration.start({ AMO_AUTH_CODE: integration.sandbox.oauth.authCode(), ...env });
  await service.told('refreshed');
  return service;
}

const namesakes = ({ sandbox }: Integration, name: string) =>
  [...sandbox.store.contacts.values()].filter((contact) => contact.name === name).length;

t.test('an idle integration renews its tokens two hours early', async (t) => {
  const clock = createFakeClock();
  const integration = await openIntegration(t, { clock });
  const { told, lines } = await startWithTokens(integration);
  await clock.advance(22 * hourMs - 1000);
  t.equal(integration.exchanges().length, 1);
  const from = lines.length;
  await clock.advance(1000);
  await advanceUntil(clock, told('refreshed', from));
  t.equal(integration.exchanges().length, 2);
  t.same(
    integration.sandbox.requests.filter(({ path }) => path.startsWith('/api')),
    [],
    'and asked nothing else',
  );
});

t.test('renewals outlive the three months of any token', async (t) => {
  const clock = createFakeClock();
  const { sandbox, exchanges } = await openIntegration(t, { clock });
  const { tokens } = await openAccountStore(t.testdir());
  const { clientId: id, clientSecret: secret, redirectUri } = sandbox.oauth;
  const store = await tokens({ account: sandbox.url, clientId: id });
  const send = createClient({ baseUrl: sandbox.url, timeoutMs: 10_000, clock, factsOf });
  let renewed = Promise.withResolvers<void>();
  const source = oauth({
    client: { id, secret, redirectUri },
    grant: { kind: 'authorization_code', value: sandbox.oauth.authCode() },
    store,
    clock,
    onToken: ({ event }) => event === 'refreshed' && renewed.resolve(),
  })(async (path, body, signal) => {
    const outcome = await send({ method: 'POST', path, body }, undefined, signal, () => {});
    return { outcome, kind: kindOf(outcome) };
  });
  source.start();
  for (const day of times(120, (each) => each)) {
    await advanceUntil(clock, renewed.promise);
    t.ok(sandbox.oauth.isFresh(store.pair()?.refreshToken ?? ''), `day ${day}`);
    renewed = Promise.withResolvers();
    await clock.advance(22 * hourMs);
  }
  t.equal(exchanges().length, 121);
  await source.stop();
});

t.test('tokens that have grown old while the service was down are renewed at the start', async (t) => {
  const clock = createShiftedClock();
  const integration = await openIntegration(t, { clock });
  await (await startWithTokens(integration)).close();
  clock.shift(80 * dayMs);
  const { told, lines } = await integration.start();
  await told('refreshed');
  t.equal(integration.exchanges().length, 2);
  t.match(
    lines.find(({ event }) => event === 'loaded'),
    { level: 'info', msg: 'tokens', expires_at: String },
  );
});

t.test('a read that meets a 401 is made again, once, with a new token', async (t) => {
  const integration = await openIntegration(t);
  const { step } = await startWithTokens(integration);
  integration.sandbox.oauth.revokeAccess();
  t.equal((await step('amocrm_search', { query: 'Иван' })).status, 200);
  t.match(integration.sandbox.requests.slice(1), [
    { path: '/api/v4/contacts', status: 401 },
    { path: '/oauth2/access_token', status: 200, body: { grant_type: 'refresh_token' } },
    { path: '/api/v4/contacts', status: 200 },
  ]);
});

t.test('metrics count renewals and show how long the access token lives', async (t) => {
  const clock = createShiftedClock();
  const integration = await openIntegration(t, { clock });
  const { app, step } = await startWithTokens(integration);
  const text = async () => (await app.inject('/metrics')).body;
  t.match(await text(), /^amocrm_steps_token_expires_in_seconds 863\d\d/m);
  integration.sandbox.oauth.revokeAll();
  clock.shift(2 * dayMs);
  await step('amocrm_search', { query: 'Иван' });
  t.match(await text(), /^amocrm_steps_token_expires_in_seconds -86\d{3}/m);
  t.match(await text(), /^amocrm_steps_token_refreshes_total\{result="refreshed"\} 1$/m);
  t.match(await text(), /^amocrm_steps_token_refreshes_total\{result="failed"\} 1$/m);
});

t.test('/health does the same', async (t) => {
  const integration = await openIntegration(t);
  const { health } = await startWithTokens(integration);
  integration.sandbox.oauth.revokeAccess();
  t.match(await health(), { status: 200, body: { status: 'ok' } });
});

for (const headers of [{}, { 'idempotency-key': 'once' }]) {
  t.test(`a write that meets a 401 happens once, ${JSON.stringify(headers)}`, async (t) => {
    const integration = await openIntegration(t);
    const { step } = await startWithTokens(integration);
    integration.sandbox.oauth.revokeAccess();
    t.equal((await step(createContact, { name: 'Однажды' }, headers)).status, 200);
    t.match(integration.sandbox.requests.slice(1), [
      { method: 'POST', path: '/api/v4/contacts', status: 401 },
      { path: '/oauth2/access_token', status: 200 },
      { method: 'POST', path: '/api/v4/contacts', status: 200 },
    ]);
    t.equal(namesakes(integration, 'Однажды'), 1);
  });
}

for (const end of ['expired', 'revoked']) {
  t.test(`50 steps at once with a token that is ${end} make exactly one refresh`, async (t) => {
    const clock = createShiftedClock();
    const integration = await openIntegration(t, { clock, sandbox: { latencyMs: 20 } });
    const { step } = await startWithTokens(integration);
    if (end === 'expired') clock.shift(dayMs);
    else integration.sandbox.oauth.revokeAccess();
    const answers = await Promise.all([
      ...times(25, (index) => step(createContact, { name: `Контакт ${index}` })),
      ...times(25, (index) => step('amocrm_search', { query: `Кто-то ${index}` })),
    ]);
    t.ok(answers.every(({ status }) => status === 200));
    t.equal(integration.exchanges().length, 2, 'the code, and one refresh');
    for (const index of times(25, (each) => each)) t.equal(namesakes(integration, `Контакт ${index}`), 1);
  });
}

t.test('the 401 of a former token, come late, makes no second refresh', async (t) => {
  const integration = await openIntegration(t);
  const { step, told, lines } = await startWithTokens(integration);
  const { faults, oauth } = integration.sandbox;
  faults.add({
    method: 'GET',
    path: '/api/v4/leads',
    action: { kind: 'delay', ms: 300, next: { kind: 'unauthorized' } },
  });
  const late = step('amocrm_search', { query: 'Заявка', entity_type: 'leads' });
  while (integration.sandbox.requests.length < 2) await new Promise(setImmediate);
  oauth.revokeAccess();
  const from = lines.length;
  t.equal((await step('amocrm_search', { query: 'Иван' })).status, 200);
  await told('refreshed', from);
  t.equal((await late).status, 200);
  t.equal(integration.exchanges().length, 2);
});

for (const refreshEndsAccess of [false, true]) {
  t.test(`tokens that change under load lose no step, ${JSON.stringify({ refreshEndsAccess })}`, async (t) => {
    const clock = createShiftedClock();
    const integration = await openIntegration(t, { clock, sandbox: { latencyMs: 5, refreshEndsAccess } });
    const { step } = await startWithTokens(integration);
    let done = 0;
    let revocations = 0;
    async function lane(first: number): Promise<void> {
      for (let index = first; index < 200; index += 10) {
        const headers = index % 2 === 0 ? { 'idempotency-key': `key-${index}` } : {};
        const { status, body } = await step(createContact, { name: `Контакт ${index}` }, headers);
        t.equal(status, 200, JSON.stringify(body));
        done += 1;
        if (done % 35 !== 0) continue;
        revocations += 1;
        if (revocations % 2 === 0) clock.shift(23 * hourMs);
        else integration.sandbox.oauth.revokeAccess();
      }
    }
    await Promise.all(times(10, lane));
    for (const index of times(200, (each) => each)) t.equal(namesakes(integration, `Контакт ${index}`), 1);
    t.equal(revocations, 5);
    const refreshes = integration.exchanges().length - 1;
    t.ok(refreshes >= 3 && refreshes <= revocations, `${refreshes} refreshes`);
    t.ok(integration.exchanges().every(({ status }) => status === 200));
  });
}

t.test('renewals count against the limit like every call', async (t) => {
  const clock = { ...createShiftedClock(), second: 1000 };
  const integration = await openIntegration(t, { clock, sandbox: { rateLimit: 7 } });
  const { step } = await startWithTokens(integration, { AMO_RATE_LIMIT: '7', AMO_BATCH_SIZE: '2' });
  integration.sandbox.oauth.revokeAccess();
  const answers = await Promise.all(times(20, (index) => step('amocrm_search', { query: `Кто-то ${index}` })));
  t.ok(answers.every(({ status }) => status === 200));
  t.equal(integration.sandbox.requests.filter(({ status }) => status === 429).length, 0);
  t.equal(integration.exchanges().length, 2);
});

t.test('a renewal that is under way when the service stops is stored', async (t) => {
  const clock = createShiftedClock();
  const integration = await openIntegration(t, { clock });
  await (await startWithTokens(integration)).close();
  clock.shift(dayMs);
  integration.sandbox.faults.add({ path: '/oauth2', action: { kind: 'delay', ms: 300 } });
  const { close } = await integration.start();
  while (integration.exchanges().length < 2) await new Promise(setImmediate);
  await close();
  t.ok(integration.sandbox.oauth.isFresh(integration.stored()?.refresh_token ?? ''));
});
