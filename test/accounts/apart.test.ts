import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import t from 'tap';
import type { Sandbox } from '../../src/sandbox/sandbox.ts';
import { steps } from '../../src/steps/index.ts';
import { document } from '../contract/document.ts';
import { until } from '../fixtures/keyed.ts';
import { startMany } from '../fixtures/many-accounts.ts';
import { isProblem } from '../fixtures/problem.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

const create = (name: string) => ['POST', '/steps/amocrm_create_contact', { params: { name } }] as const;
const named = ({ store }: Sandbox, name: string) =>
  [...store.contacts.values()].filter((one) => one.name === name).length;

/** Routes that belong to no account, whoever asks. */
const ofTheService = [
  '/steps',
  '/metrics',
  '/health',
  '/health/live',
  '/health/ready',
  '/doctor',
  '/accounts',
  '/accounts/{id}',
  '/keys',
  '/keys/{id}',
  '/callers/{name}/callback',
  '/oauth/start',
  '/oauth/callback',
];

/** What clients of the Model Context Protocol send. */
const acceptsBoth = { accept: 'application/json, text/event-stream' };

t.test('on no route does a request of one account reach another', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  await many.put('garage');
  const studio = await many.caller('bot', ['studio']);
  const garage = await many.caller('bot', ['garage']);
  const both = await many.caller('bot', ['studio', 'garage']);
  const job = await garage.call(...create('Задание'), { prefer: 'respond-async, wait=20' });
  t.equal(job.status, 200);
  const { jobs } = (await garage.call('GET', '/jobs')).body;
  t.match(jobs, [{ account: 'garage', status: 'succeeded' }]);
  const id: string = jobs[0].id;
  await until(() => many.sandbox('garage').requests.some((request) => request.path.endsWith('/account')));
  const untouched = many.sandbox('garage').requests.length;
  const seen: string[] = [];
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of Object.keys(operations)) {
      if (ofTheService.includes(path)) continue;
      seen.push(`${method} ${path}`);
      const url = path.replace('{id}', id);
      const type = path.slice('/steps/'.length);
      const params = steps.find((step) => step.type === type)?.examples[0].params;
      const step = { type: 'amocrm_create_contact', params: { name: 'Сценарий' } };
      const payload = path === '/scenarios/run' ? { steps: [step] } : { params, context: {} };
      const verb = method === 'get' ? 'GET' : 'POST';
      const message = { jsonrpc: '2.0', id: 1, method: 'tools/list' };
      const body = verb === 'GET' ? undefined : path === '/mcp' ? message : payload;
      const own = await studio.call(verb, url, body, { 'amocrm-account': 'studio', ...acceptsBoth });
      // Its answer may name the id that was asked for, and nothing else of the job.
      if (path.includes('{id}')) isProblem(t, own, 'NOT_FOUND');
      else t.equal(own.status, 200, `${method} ${path}`);
      if (path === '/jobs') t.notMatch(JSON.stringify(own.body), new RegExp(id), `${method} ${path}`);
      isProblem(t, await studio.call(verb, url, body, { 'amocrm-account': 'garage' }), 'ACCOUNT_NOT_FOUND');
      isProblem(t, await both.call(verb, url, body), 'INVALID_REQUEST');
      isProblem(t, await both.call(verb, url, body, { 'amocrm-account': 'Garage' }), 'ACCOUNT_NOT_FOUND');
      isProblem(t, await many.admin(verb, url, body), 'KEY_NOT_ALLOWED');
    }
  }
  t.ok(seen.length > steps.length, `${seen.length} operations`);
  t.equal(many.sandbox('garage').requests.length, untouched);
  t.ok(many.sandbox('studio').requests.length > steps.length);
});

t.test('keys of idempotency are an account’s own, of one caller too', async (t) => {
  const many = await startMany(t);
  for (const id of ['studio', 'garage']) await many.put(id);
  const platform = await many.caller('platform');
  const key = { 'idempotency-key': 'one' };
  const first = await platform.call(...create('Анна'), { ...key, 'amocrm-account': 'studio' });
  const second = await platform.call(...create('Анна'), { ...key, 'amocrm-account': 'garage' });
  t.match([first.status, second.status], [200, 200]);
  t.equal(second.headers['idempotency-replayed'], undefined);
  for (const id of ['studio', 'garage']) t.equal(named(many.sandbox(id), 'Анна'), 1, id);
  const other = await platform.call(...create('Борис'), { ...key, 'amocrm-account': 'garage' });
  isProblem(t, other, 'IDEMPOTENCY_KEY_REUSED');
  const again = await platform.call(...create('Анна'), { ...key, 'amocrm-account': 'studio' });
  t.equal(again.headers['idempotency-replayed'], 'true');
});

t.test('who waits while an account is deleted is not served in the one that takes its place', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  const old = many.sandbox('studio');
  old.faults.add({ method: 'POST', times: 1, action: { kind: 'after', next: { kind: 'delay' } } });
  const taken = bot.call(...create('Раньше'));
  await until(() => old.waiting.size > 0);
  const deletion = many.admin('DELETE', '/accounts/studio?force=true');
  await new Promise(setImmediate);
  const waiting = bot.call(...create('Ждёт'));
  await new Promise(setImmediate);
  const { url, token } = many.sandbox('garage');
  const addition = many.admin('PUT', '/accounts/studio', { base_url: url, access: { access_token: token } });
  await new Promise(setImmediate);
  await old.waiting.release();
  t.match([(await taken).status, (await deletion).status, (await addition).status], [200, 204, 201]);
  isProblem(t, await waiting, 'ACCOUNT_NOT_FOUND');
  for (const id of ['studio', 'garage']) t.equal(named(many.sandbox(id), 'Ждёт'), 0, id);
  const later = await many.caller('bot', ['studio']);
  t.equal((await later.call(...create('Позже'))).status, 200);
  t.equal(named(many.sandbox('garage'), 'Позже'), 1);
});

t.test(
  'an agent’s call whose body is slow is not carried out in an account that takes the place meanwhile',
  async (t) => {
    // Its second is a thousandth: nobody waits long for the request in progress.
    const many = await startMany(t, { clock: createUnhurriedClock(1) });
    await many.put('studio');
    const { key } = await many.caller('platform');
    const call = { name: 'amocrm_create_contact', arguments: { name: 'Ждёт' } };
    const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params: call });
    const url = new URL('/mcp', await many.app().listen({ port: 0, host: '127.0.0.1' }));
    const headers = {
      authorization: `Bearer ${key}`,
      'amocrm-account': 'studio',
      'content-type': 'application/json',
      'content-length': String(Buffer.byteLength(body)),
      ...acceptsBoth,
    };
    const asked = request(url, { method: 'POST', headers: { ...headers, expect: '100-continue' } });
    const answered = once(asked, 'response');
    asked.flushHeaders();
    await once(asked, 'continue');
    t.equal((await many.admin('DELETE', '/accounts/studio?force=true')).status, 204);
    const { url: base_url, token } = many.sandbox('garage');
    t.equal((await many.admin('PUT', '/accounts/studio', { base_url, access: { access_token: token } })).status, 201);
    // For less it may have come after the deletion.
    await sleep(1100);
    asked.end(body);
    const [answer] = await answered;
    t.match(Buffer.concat(await answer.toArray()).toString(), /OVERLOADED/);
    t.equal(named(many.sandbox('garage'), 'Ждёт'), 0);
  },
);

t.test('an account that is blocked or down slows no other', async (t) => {
  const many = await startMany(t, { env: { AMO_TIMEOUT_MS: '100' } });
  for (const id of ['studio', 'garage']) await many.put(id);
  const studio = await many.caller('bot', ['studio']);
  const garage = await many.caller('bot', ['garage']);
  await many.sandbox('garage').close();
  for (;;) {
    const answer = await garage.call(...create('Нет'));
    t.not(answer.status, 200);
    const { body } = await many.admin('GET', '/accounts/garage');
    if (body.breaker !== 'closed') break;
  }
  t.match((await many.admin('GET', '/accounts/studio')).body, { breaker: null });
  const answers = await Promise.all(
    Array.from({ length: 100 }, (_, index) => studio.call(...create(`Много ${index}`))),
  );
  t.strictSame([...new Set(answers.map(({ status }) => status))], [200]);
  t.match((await many.admin('GET', '/accounts/studio')).body, { breaker: 'closed' });
  t.match(await garage.call(...create('Позже'), { prefer: 'respond-async' }), { status: 202 });
  let metrics = await many.app().inject({ url: '/metrics', headers: { ...many.asAdmin } });
  while (/^amocrm_steps_account_jobs_oldest_seconds\{account="garage"\} 0$/m.test(metrics.body)) {
    metrics = await many.app().inject({ url: '/metrics', headers: { ...many.asAdmin } });
  }
  t.match(metrics.body, /^amocrm_steps_account_jobs_oldest_seconds\{account="garage"\} [\d.]+$/m);
  t.match(metrics.body, /^amocrm_steps_account_jobs_oldest_seconds\{account="studio"\} 0$/m);
  t.match(metrics.body, /^amocrm_steps_accounts_open 2$/m);
  t.match(metrics.body, /amocrm_steps_account_blocked\{account="garage"\} 1/);
  t.match(metrics.body, /amocrm_steps_account_blocked\{account="studio"\} 0/);
});

t.test('no secret stands in an answer, a line of the log, a metric or a file', async (t) => {
  const many = await startMany(t);
  const { oauth, url } = many.sandbox('studio');
  const code = oauth.authCode();
  const { clientId, clientSecret, redirectUri } = oauth;
  const access = { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri, auth_code: code };
  await many.admin('PUT', '/accounts/studio', { base_url: url, access });
  await many.put('garage');
  const bot = await many.caller('bot', ['studio']);
  t.equal((await bot.call(...create('Анна'))).status, 200);
  const shown = [
    ...(await Promise.all(
      ['/accounts', '/accounts/studio', '/keys', '/metrics', '/health', '/doctor'].map(async (path) =>
        JSON.stringify((await many.app().inject({ url: path, headers: { ...many.asAdmin } })).body),
      ),
    )),
    ...many.lines,
    ...readdirSync(many.dataDir).map((file) => readFileSync(join(many.dataDir, file), 'latin1')),
  ];
  const secrets = [code, clientSecret, many.sandbox('garage').token, bot.key, many.secretKey];
  for (const secret of secrets) t.notOk(shown.some((text) => text.includes(secret)));
  t.notOk(shown.some((text) => /eyJ[\w-]{10,}\.|def50200[0-9a-f]{8}/.test(text)));
  t.match((await many.admin('GET', '/accounts/studio')).body, { access: { kind: 'oauth' }, token_expires_at: String });
});

t.test('tokens of an account that nobody uses are renewed all the same', async (t) => {
  let aheadMs = 0;
  const unhurried = createUnhurriedClock(1);
  const clock = { ...unhurried, wall: () => Date.now() + aheadMs };
  const many = await startMany(t, { clock });
  const { oauth, url } = many.sandbox('studio');
  const { clientId, clientSecret, redirectUri } = oauth;
  const access = { client_id: clientId, client_secret: clientSecret, redirect_uri: redirectUri };
  await many.admin('PUT', '/accounts/studio', { base_url: url, access: { ...access, auth_code: oauth.authCode() } });
  const ends = async () => (await many.admin('GET', '/accounts/studio')).body.token_expires_at;
  const until = async (what: () => Promise<boolean>) => {
    while (!(await what())) await new Promise((resolve) => setImmediate(resolve));
  };
  await until(async () => (await ends()) !== null);
  // Five minutes of its clock later it is closed.
  await until(async () => (await many.admin('GET', '/accounts/studio')).body.breaker === null);
  const before = await ends();
  aheadMs = 23 * 3_600_000;
  many.sandbox('studio').settings.clockAheadS = aheadMs / 1000;
  await until(async () => (await ends()) > before);
  t.pass('renewed');
});

t.test('a platform cancels and retries jobs in the account that it names', async (t) => {
  const many = await startMany(t, { env: { AMO_TIMEOUT_MS: '100' } });
  for (const id of ['studio', 'garage']) await many.put(id);
  const platform = await many.caller('platform');
  const later = { prefer: 'respond-async' };
  const inStudio = { 'amocrm-account': 'studio' };
  const inGarage = { 'amocrm-account': 'garage' };
  const note = { entity_type: 'leads', entity_id: 1, note_text: 'Нет такой' };
  const failing = await platform.call('POST', '/steps/amocrm_add_note', { params: note }, { ...later, ...inStudio });
  const address = `/jobs/${failing.body.id}`;
  for (;;) {
    const { body } = await platform.call('GET', address, undefined, { ...inStudio, prefer: 'wait=5' });
    if (body.status === 'failed') break;
  }
  isProblem(t, await platform.call('POST', `${address}/retry`, {}, inGarage), 'NOT_FOUND');
  t.match(await platform.call('POST', `${address}/retry`, {}, inStudio), { status: 200, body: { status: 'queued' } });
  await many.sandbox('garage').close();
  const waiting = await platform.call(...create('Анна'), { ...later, ...inGarage });
  for (;;) {
    const { body } = await platform.call('GET', `/jobs/${waiting.body.id}`, undefined, inGarage);
    if (body.status === 'queued' && body.problem !== null) break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  isProblem(t, await platform.call('POST', `/jobs/${waiting.body.id}/cancel`, {}, inStudio), 'NOT_FOUND');
  const cancelled = await platform.call('POST', `/jobs/${waiting.body.id}/cancel`, {}, inGarage);
  t.match(cancelled, { status: 200, body: { status: 'cancelled' } });
});

t.test('metrics tell of all accounts, so a key for some may not read them', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  const platform = await many.caller('platform');
  isProblem(t, await bot.call('GET', '/metrics'), 'KEY_NOT_ALLOWED');
  const metrics = (headers: Record<string, string>) => many.app().inject({ url: '/metrics', headers });
  t.equal((await metrics({ authorization: `Bearer ${platform.key}` })).statusCode, 200);
  t.equal((await metrics(many.asAdmin)).statusCode, 200);
});
