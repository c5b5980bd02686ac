import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t, { type Test } from 'tap';
import { type Sandbox, startSandbox } from '../../src/sandbox/sandbox.ts';
import { until } from '../fixtures/keyed.ts';
import { type ManyAccounts, startMany } from '../fixtures/many-accounts.ts';
import { isProblem } from '../fixtures/problem.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

const create = (name: string) => ['POST', '/steps/amocrm_create_contact', { params: { name } }] as const;
const names = ({ store }: Sandbox) => [...store.contacts.values()].map(({ name }) => name);

t.test('a key for one account needs no header; one for several names the account', async (t) => {
  const many = await startMany(t);
  t.match(await many.put('studio'), { status: 201, body: { id: 'studio', access: { kind: 'long-lived' } } });
  t.equal((await many.put('garage')).status, 201);
  const bot = await many.caller('bot', ['studio']);
  const platform = await many.caller('platform');
  t.equal((await bot.call(...create('Анна'))).status, 200);
  isProblem(t, await bot.call(...create('Нет'), { 'amocrm-account': 'garage' }), 'ACCOUNT_NOT_FOUND');
  isProblem(t, await platform.call(...create('Нет')), 'INVALID_REQUEST');
  isProblem(t, await platform.call(...create('Нет'), { 'amocrm-account': 'nowhere' }), 'ACCOUNT_NOT_FOUND');
  const two = await many.caller('platform', ['studio', 'garage']);
  const misspelt = await two.call(...create('Нет'), { 'amocrm-account': 'stuido' });
  t.equal(misspelt.body.detail, 'This key has no account "stuido"; did you mean "studio"?');
  t.equal((await platform.call(...create('Борис'), { 'amocrm-account': 'garage' })).status, 200);
  t.equal((await platform.call(...create('Вера'), { 'amocrm-account': 'studio' })).status, 200);
  t.ok(names(many.sandbox('studio')).includes('Анна') && names(many.sandbox('studio')).includes('Вера'));
  t.ok(names(many.sandbox('garage')).includes('Борис'));
  for (const id of ['studio', 'garage']) t.notOk(names(many.sandbox(id)).includes('Нет'));
  t.ok(many.lines.some((line) => line.includes('"msg":"request"') && line.includes('"account":"garage"')));
});

t.test('accounts and keys are for admins, and nothing else is', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  for (const [method, url] of [
    ['GET', '/accounts'],
    ['GET', '/accounts/studio'],
    ['GET', '/keys'],
    ['POST', '/keys'],
  ] as const) {
    isProblem(t, await bot.call(method, url, method === 'POST' ? { caller: 'x' } : undefined), 'KEY_NOT_ALLOWED');
    isProblem(t, await many.send({ method, url }), 'UNAUTHORIZED');
  }
  isProblem(t, await many.admin(...create('Нет')), 'KEY_NOT_ALLOWED');
  isProblem(t, await many.admin('GET', '/jobs'), 'KEY_NOT_ALLOWED');
  t.equal((await many.admin('GET', '/steps')).status, 200);
});

t.test('what is put is judged as a whole: address, access, field map', async (t) => {
  const many = await startMany(t);
  const { url, token } = many.sandbox('studio');
  const access = { access_token: token };
  const put = (body: object, id = 'studio') => many.admin('PUT', `/accounts/${id}`, body);
  for (const base_url of [
    'https://example.com',
    'https://evil-amocrm.ru',
    'https://.amocrm.ru',
    'https://studio..amocrm.ru',
    'https://amocrm.ru.evil.com',
    'https://studio.amocrm.ru:8443',
    'https://studio.amocrm.ru/path',
    'https://user:pw@studio.amocrm.ru',
    'http://studio.amocrm.ru',
    'http://169.254.169.254',
    'file:///etc/passwd',
  ]) {
    const answer = await put({ base_url, access });
    isProblem(t, answer, 'INVALID_REQUEST', { what: base_url });
    t.match(answer.body.errors, [{ path: 'base_url' }], base_url);
    const { message } = answer.body.errors[0];
    t.equal(message.includes(base_url), !/[@?#]/.test(base_url), `what may be a secret is not told: ${message}`);
  }
  const misplaced = await put({ base_url: url, access_token: token });
  isProblem(t, misplaced, 'INVALID_REQUEST');
  t.match(misplaced.body.detail, 'give it in access: {"access_token": …}');
  const oddId = await put({ base_url: url, access }, 'Студия');
  t.match(oddId.body.detail, /must be an account’s id: small Latin letters/);
  for (const body of [oddId.body, misplaced.body]) {
    t.notMatch(JSON.stringify(body), token);
  }
  for (const base_url of ['https://studio.amocrm.ru/', 'https://studio.kommo.com', url]) {
    t.match(await put({ base_url, access }), { body: { base_url: base_url.replace(/\/$/, '') } });
  }
  const faulty = await put({ base_url: url, access, field_map: { source: { type: 'select' } } });
  t.match(faulty.body.errors, [{ path: 'field_map', message: /source/ }]);
  for (const [given, path, message] of [
    [{}, 'access', /^needs access_token, or client_id/],
    [{ access_token: 'CANARY 4711' }, 'access.access_token', /one word/],
    [{ access_token: ['CANARY'] }, 'access.access_token', /one word/],
    [{ access_token: token, client_id: 'c' }, 'access.client_id', /does not belong here/],
    [{ client_id: 'c', client_secret: 'CANARY' }, 'access.redirect_uri', /is required/],
  ] as const) {
    const answer = await put({ base_url: url, access: given });
    isProblem(t, answer, 'INVALID_REQUEST');
    t.match(answer.body.errors, [{ path, message }]);
    t.notMatch(JSON.stringify(answer.body) + many.lines.join(''), /CANARY/);
  }
  isProblem(t, await put({ base_url: url, access, ratelimit: 5 }), 'INVALID_REQUEST');
  isProblem(t, await put({ base_url: url, access }, 'Studio'), 'INVALID_REQUEST');
  t.match((await many.admin('GET', '/accounts')).body.accounts, [{ id: 'studio' }]);
});

t.test('put again it is replaced as a whole: the next request goes by the new settings', async (t) => {
  const many = await startMany(t);
  await many.put('studio', { rate_limit: 5, batch_size: 10, field_map: { источник: { id: 1, type: 'text' } } });
  const bot = await many.caller('bot', ['studio']);
  t.equal((await bot.call(...create('Анна'))).status, 200);
  await untilKnown(many);
  const { url, token, store } = many.sandbox('garage');
  store.account.id = 4711;
  const moved = await many.admin('PUT', '/accounts/studio', { base_url: url, access: { access_token: token } });
  t.match(moved, { status: 200, body: { base_url: url, rate_limit: 50, batch_size: 50, field_map: {} } });
  t.match(await bot.call(...create('Борис')), { status: 200 });
  t.ok(names(many.sandbox('garage')).includes('Борис'));
  t.notOk(names(many.sandbox('studio')).includes('Борис'));
});

for (const [method, url, state] of [
  ['PUT', '/accounts/studio', 'disabled'],
  ['DELETE', '/accounts/studio', 'deleted'],
] as const) {
  t.test(`what is put while an account is still being ${state} comes after that, the same as before too`, async (t) => {
    const many = await startMany(t);
    await many.put('studio');
    const bot = await many.caller('bot');
    const { faults, requests, waiting } = many.sandbox('studio');
    faults.add({ times: Number.POSITIVE_INFINITY, action: { kind: 'delay', ms: 60_000 } });
    const held = bot.call(...create('Анна'), { 'amocrm-account': 'studio' });
    await until(() => requests.length > 0);
    const { url: base_url, token } = many.sandbox('studio');
    const change = { base_url, access: { access_token: token }, disabled: true };
    const first = many.admin(method, url, method === 'PUT' ? change : undefined);
    const second = many.put('studio');
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setImmediate(resolve));
    faults.clear();
    await waiting.release();
    t.equal((await held).status, 200);
    t.equal((await first).status, method === 'PUT' ? 200 : 204);
    t.equal((await second).status, method === 'PUT' ? 200 : 201);
    t.match(await many.admin('GET', url), { status: 200, body: { disabled: false } });
  });
}

t.test('a disabled account refuses requests and keeps everything', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  t.equal((await bot.call(...create('Анна'), { 'idempotency-key': 'one' })).status, 200);
  t.match(await many.put('studio', { disabled: true }), { status: 200, body: { disabled: true } });
  isProblem(t, await bot.call(...create('Анна'), { 'idempotency-key': 'one' }), 'ACCOUNT_DISABLED');
  await many.put('studio');
  const again = await bot.call(...create('Анна'), { 'idempotency-key': 'one' });
  t.equal(again.headers['idempotency-replayed'], 'true');
});

t.test('a deleted key opens nothing after ten seconds, a deleted account nothing at once', async (t) => {
  const many = await startMany(t, { clock: createUnhurriedClock(20) });
  await many.put('studio');
  await many.put('garage');
  const bot = await many.caller('bot', ['studio']);
  const other = await many.caller('other');
  t.equal((await bot.call('GET', '/jobs')).status, 200);
  t.equal((await many.admin('DELETE', `/keys/${bot.id}`)).status, 204);
  isProblem(t, await many.admin('DELETE', `/keys/${bot.id}`), 'NOT_FOUND');
  for (;;) {
    const answer = await bot.call('GET', '/jobs');
    if (answer.status === 401) break;
    t.match(answer, { status: 200 });
    await new Promise((resolve) => setImmediate(resolve));
  }
  const later = await other.call(...create('Потом'), { 'amocrm-account': 'studio', prefer: 'respond-async' });
  t.equal(later.status, 202);
  const removed = await many.admin('DELETE', '/accounts/studio?force=true');
  t.equal(removed.status, 204);
  isProblem(t, await other.call('GET', '/jobs', undefined, { 'amocrm-account': 'studio' }), 'ACCOUNT_NOT_FOUND');
  const gone = await many.admin('GET', '/accounts/studio');
  isProblem(t, gone, 'ACCOUNT_NOT_FOUND');
  t.equal(gone.body.detail, 'There is no account "studio"; GET /accounts lists them');
  isProblem(t, await many.admin('DELETE', '/accounts/studio'), 'ACCOUNT_NOT_FOUND');
  const misspelt = await many.admin('DELETE', '/accounts/garege');
  t.equal(misspelt.body.detail, 'There is no account "garege"; did you mean "garage"? GET /accounts lists them');
  isProblem(t, await many.admin('POST', '/keys', { caller: 'x', accounts: ['garege'] }), 'ACCOUNT_NOT_FOUND');
  const misspellings = Array.from({ length: 40 }, (_, index) => `garege${index}`);
  const { errors } = (await many.admin('POST', '/keys', { caller: 'x', accounts: misspellings })).body;
  const suggested = errors.filter(({ message }: { message: string }) => message.includes('did you mean "garage"?'));
  t.strictSame([errors.length, suggested.length], [40, 10], 'each of these is compared with all accounts');
  await many.put('studio');
  isProblem(
    t,
    await other.call('GET', `/jobs/${later.body.id}`, undefined, { 'amocrm-account': 'studio' }),
    'NOT_FOUND',
  );
});

t.test('a key for a deleted account alone does not open a new one of the same id', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  await many.put('garage');
  const bot = await many.caller('bot', ['garage']);
  const both = await many.caller('both', ['studio', 'garage']);
  t.equal((await bot.call('GET', '/jobs')).status, 200);
  t.equal((await both.call('GET', '/jobs', undefined, { 'amocrm-account': 'garage' })).status, 200);
  t.equal((await many.admin('DELETE', '/accounts/garage')).status, 204);
  await many.put('garage');
  isProblem(t, await bot.call('GET', '/jobs'), 'UNAUTHORIZED');
  isProblem(t, await both.call('GET', '/jobs', undefined, { 'amocrm-account': 'garage' }), 'ACCOUNT_NOT_FOUND');
  t.equal((await both.call('GET', '/jobs')).status, 200);
  t.match((await many.admin('GET', '/keys')).body.keys, [{ caller: 'both', accounts: ['studio'] }]);
});

t.test('a key of idempotency counts under another address too: the account has been renamed', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  const send = () => bot.call(...create('Анна'), { 'idempotency-key': 'one' });
  t.equal((await send()).status, 200);
  t.equal((await send()).headers['idempotency-replayed'], 'true');
  const { url, token } = many.sandbox('garage');
  await many.admin('PUT', '/accounts/studio', { base_url: url, access: { access_token: token } });
  const moved = await send();
  t.equal(moved.status, 200);
  t.equal(moved.headers['idempotency-replayed'], 'true');
  t.notOk(names(many.sandbox('garage')).includes('Анна'), 'nothing is written twice');
});

/** Until the service knows whose address an account has. */
async function untilKnown({ dataDir }: ManyAccounts) {
  const journal = new DatabaseSync(join(dataDir, 'journal.db'), { readOnly: true });
  await until(() => journal.prepare('SELECT * FROM addresses').get() !== undefined);
  journal.close();
}

/** A job that waits since amoCRM is away, after one was done or not; and its account under another address. */
async function moveWithJob(t: Test, { isKnown, amocrmId }: { isKnown: boolean; amocrmId: number }) {
  const many = await startMany(t, { env: { AMO_TIMEOUT_MS: '100' }, clock: createUnhurriedClock(20) });
  const [from, to] = [many.sandbox('studio'), many.sandbox('garage')];
  to.store.account.id = amocrmId;
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  const later = { prefer: 'respond-async' };
  const ended = async (id: string) => {
    for (;;) {
      const { body } = await bot.call('GET', `/jobs/${id}`);
      if (body.ended_at !== null) return body;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  if (isKnown) {
    await ended((await bot.call(...create('Анна'), later)).body.id);
    await untilKnown(many);
    await many.restart();
  }
  from.faults.add({ times: Number.POSITIVE_INFINITY, action: { kind: 'hang' } });
  const { body } = await bot.call(...create('Борис'), { ...later, 'idempotency-key': 'one' });
  await many.admin('PUT', '/accounts/studio', { base_url: to.url, access: { access_token: to.token } });
  return { many, bot, to, later, ended, id: String(body.id) };
}

t.test('jobs go to the same account of amoCRM under its new address', async (t) => {
  const sandbox = await startSandbox();
  t.teardown(() => sandbox.close());
  const { ended, id, to } = await moveWithJob(t, { isKnown: true, amocrmId: sandbox.store.account.id });
  t.match(await ended(id), { status: 'succeeded' });
  t.ok(names(to).includes('Борис'));
});

t.test('jobs go to no other account of amoCRM, tried again neither; later ones do', async (t) => {
  for (const moved of [
    { isKnown: true, amocrmId: 4711 },
    { isKnown: false, amocrmId: 4711 },
  ]) {
    const { ended, id, to, bot, later } = await moveWithJob(t, moved);
    const failed = { status: 'failed', attempts: 1, problem: { code: 'ACCOUNT_CHANGED', retryable: false } };
    t.match(await ended(id), failed);
    t.equal((await bot.call('POST', `/jobs/${id}/retry`)).status, 200);
    t.match(await ended(id), failed);
    // By its key neither, where its caller waits this time.
    isProblem(t, await bot.call(...create('Борис'), { 'idempotency-key': 'one' }), 'ACCOUNT_CHANGED');
    t.notOk(names(to).includes('Борис'));
    const next = await bot.call(...create('Вера'), later);
    t.match(await ended(next.body.id), { status: 'succeeded' });
    t.ok(names(to).includes('Вера'));
  }
});

/** A scenario under a key of no job that has written its contact alone, sent again once its account has another address. */
async function moveHalfDone(t: Test, amocrmId: number) {
  const many = await startMany(t);
  const [from, to] = [many.sandbox('studio'), many.sandbox('garage')];
  to.store.account.id = amocrmId;
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  const contact = { id: 'a', type: 'amocrm_create_contact', params: { name: 'Анна' }, next_step: 'b' };
  const lead = { id: 'b', type: 'amocrm_create_lead', params: { name: 'Заявка' } };
  const run = (headers: Record<string, string> = {}) =>
    bot.call('POST', '/scenarios/run', { steps: [contact, lead] }, { 'idempotency-key': 'one', ...headers });
  from.faults.add({ method: 'POST', path: '/api/v4/leads', action: { kind: 'status', status: 403 } });
  const first = await run();
  t.match(first.body, { code: 'AMOCRM_FORBIDDEN', written: [{ entity_type: 'contacts' }] });
  await untilKnown(many);
  const put = ({ url, token }: Sandbox) =>
    many.admin('PUT', '/accounts/studio', { base_url: url, access: { access_token: token } });
  await put(to);
  const wrote = ({ requests }: Sandbox) => requests.filter(({ method }) => method === 'POST').map(({ path }) => path);
  return { from, to, run, put, wrote, written: first.body.written };
}

t.test('a key whose work is half done belongs to its account of amoCRM, for later too', async (t) => {
  const { from, to, run, put, wrote, written } = await moveHalfDone(t, 4711);
  for (const headers of [{}, { prefer: 'respond-async' }, { 'accept-language': 'ru' }]) {
    const refused = await run(headers);
    isProblem(t, refused, 'ACCOUNT_CHANGED');
    t.strictSame(refused.body.written, written, 'what is in the other account');
  }
  t.strictSame(wrote(to), []);
  await put(from);
  t.equal((await run()).status, 200);
  t.equal(wrote(from).filter((path) => path === '/api/v4/contacts').length, 1);
  await put(to);
  t.equal((await run()).headers['idempotency-replayed'], 'true', 'what is done is told everywhere');
  t.strictSame(wrote(to), []);
});

t.test('half done, it goes on under a new name of the same account of amoCRM', async (t) => {
  const sandbox = await startSandbox();
  t.teardown(() => sandbox.close());
  const { from, to, run, put, wrote } = await moveHalfDone(t, sandbox.store.account.id);
  to.faults.add({ method: 'POST', path: '/api/v4/leads', action: { kind: 'status', status: 403 } });
  t.match((await run()).body, { code: 'AMOCRM_FORBIDDEN' });
  await put(from);
  t.equal((await run()).status, 200);
  t.strictSame([wrote(from), wrote(to)], [['/api/v4/contacts', '/api/v4/leads', '/api/v4/leads'], ['/api/v4/leads']]);
});

/** A contact whose create was answered too late, sent again once its account has another address. */
async function moveInDoubt(t: Test, amocrmId: number) {
  const env = { AMO_TIMEOUT_MS: '300', STEP_DEADLINE_MS: '1000' };
  const many = await startMany(t, { env, clock: createUnhurriedClock(200) });
  const [from, to] = [many.sandbox('studio'), many.sandbox('garage')];
  to.store.account.id = amocrmId;
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  const params = { name: 'Борис', phone: '+79995550000' };
  const find = () => bot.call('POST', '/steps/amocrm_find_or_create_contact', { params });
  t.equal((await bot.call(...create('Анна'))).status, 200);
  await untilKnown(many);
  from.faults.add({ method: 'POST', times: Number.POSITIVE_INFINITY, action: { kind: 'hang' } });
  isProblem(t, await find(), 'OUTCOME_UNKNOWN');
  const put = ({ url, token }: Sandbox) =>
    many.admin('PUT', '/accounts/studio', { base_url: url, access: { access_token: token } });
  await put(to);
  return { from, to, bot, find, put };
}

t.test('who is in doubt and ids that were named count under a new name of the same account of amoCRM', async (t) => {
  const sandbox = await startSandbox();
  t.teardown(() => sandbox.close());
  const { to, find } = await moveInDoubt(t, sandbox.store.account.id);
  isProblem(t, await find(), 'OVERLOADED');
  t.notOk(names(to).includes('Борис'));
});

t.test('who is in doubt in one account of amoCRM stays so while another has the same person', async (t) => {
  const { from, to, find, put } = await moveInDoubt(t, 4711);
  t.match(await find(), { status: 200, body: { result: { created: true } } });
  t.equal(names(to).filter((name) => name === 'Борис').length, 1);
  await put(from);
  isProblem(t, await find(), 'OVERLOADED');
});

t.test('they do not count in another account of amoCRM, and count again in the first one', async (t) => {
  const { from, to, bot, find, put } = await moveInDoubt(t, 4711);
  // The id that it gets may have been named in the other account.
  t.match(await bot.call(...create('Вера')), { status: 200 });
  t.ok(names(to).includes('Вера'));
  await put(from);
  isProblem(t, await find(), 'OVERLOADED');
  await put(to);
  t.match(await find(), { status: 200, body: { result: { created: true } } });
  t.equal(names(to).filter((name) => name === 'Борис').length, 1);
});

t.test('an account with open jobs is not deleted unless that is said', async (t) => {
  const many = await startMany(t, { env: { AMO_TIMEOUT_MS: '100' } });
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  await many.sandbox('studio').close();
  t.equal((await bot.call(...create('Анна'), { prefer: 'respond-async' })).status, 202);
  const refused = await many.admin('DELETE', '/accounts/studio');
  isProblem(t, refused, 'ACCOUNT_IN_USE');
  t.match((await many.admin('GET', '/accounts/studio')).body, { open_jobs: 1 });
  t.equal((await many.admin('DELETE', '/accounts/studio?force=true')).status, 204);
});

t.test('a start removes what is left in the directory of accounts that are not there', async (t) => {
  const dataDir = t.testdir();
  const many = await startMany(t, { dataDir });
  await many.put('studio');
  const [kept, gone] = [
    ['directory-studio.db', 'breaker-studio.json', 'directory.db', 'breaker.json', 'notes-garage.db'],
    ['directory-garage.db', 'directory-garage.db-wal', 'breaker-garage.json'],
  ];
  for (const name of [...kept, ...gone]) writeFileSync(join(dataDir, name), '');
  await many.restart();
  for (const name of kept) t.ok(existsSync(join(dataDir, name)), name);
  for (const name of gone) t.notOk(existsSync(join(dataDir, name)), name);
});

t.test('who deletes an account does not wait until all that it left is gone', async (t) => {
  const dataDir = t.testdir();
  const many = await startMany(t, { dataDir });
  await many.put('studio');
  const journal = new DatabaseSync(join(dataDir, 'journal.db'));
  t.teardown(() => journal.close());
  journal.exec(
    'WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20000) ' +
      "INSERT INTO keys (account, caller, key, fingerprint, checkpoint, changed_at) SELECT 'studio', 'bot', i, 'f', '{}', 10000000000000 FROM n",
  );
  const rows = journal.prepare("SELECT count(*) AS left FROM keys WHERE account = 'studio'");
  const left = () => Number(rows.get()?.left);
  t.equal((await many.admin('DELETE', '/accounts/studio')).status, 204);
  t.ok(left() > 0);
  await until(() => left() === 0);
  t.equal((await many.put('studio')).status, 201);
});

t.test('jobs of a disabled account wait, and go on when it is enabled', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  many.sandbox('studio').faults.add({ times: Number.POSITIVE_INFINITY, action: { kind: 'status', status: 503 } });
  const { body } = await bot.call(...create('Анна'), { prefer: 'respond-async' });
  t.match(await many.put('studio', { disabled: true }), { status: 200, body: { open_jobs: 1 } });
  await many.restart();
  many.sandbox('studio').faults.clear();
  t.match((await many.admin('GET', '/accounts/studio')).body, { disabled: true, open_jobs: 1 });
  await many.put('studio');
  for (;;) {
    if ((await bot.call('GET', `/jobs/${body.id}`)).body.status === 'succeeded') break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.equal(names(many.sandbox('studio')).filter((name) => name === 'Анна').length, 1);
});

t.test('accounts, keys and jobs outlive a restart', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  const bot = await many.caller('bot', ['studio']);
  const made = await bot.call(...create('Анна'), { prefer: 'respond-async' });
  await many.restart();
  for (;;) {
    const { body } = await bot.call('GET', `/jobs/${made.body.id}`);
    if (body.status === 'succeeded') break;
    await new Promise((resolve) => setImmediate(resolve));
  }
  t.equal(names(many.sandbox('studio')).filter((name) => name === 'Анна').length, 1);
});

t.test('without a key health tells of the store; with one of the account', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  await many.put('garage');
  const bot = await many.caller('bot', ['studio']);
  const both = await many.caller('both', ['studio', 'garage']);
  await many.sandbox('garage').close();
  const open = await many.send({ url: '/health' });
  t.match(open, { status: 200, body: { status: 'ok', checked_at: String } });
  t.notOk('account' in open.body);
  t.match((await bot.call('GET', '/health')).body, { status: 'ok', account: { id: Number } });
  t.equal((await both.call('GET', '/health', undefined, { 'amocrm-account': 'garage' })).status, 503);
  t.equal((await both.call('GET', '/health', undefined, { 'amocrm-account': 'studio' })).status, 200);
  t.equal((await both.call('GET', '/health')).status, 200);
  isProblem(t, await bot.call('GET', '/health', undefined, { 'amocrm-account': 'garage' }), 'ACCOUNT_NOT_FOUND');
});

t.test('a key is for a caller with a name, and for one account or more', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  for (const caller of ['.', '..', '', 'a b', 'x'.repeat(65)]) {
    isProblem(t, await many.admin('POST', '/keys', { caller }), 'INVALID_REQUEST', { what: caller });
  }
  for (const caller of ['...', '.x', 'x.', 'бот', 'x'.repeat(64)]) {
    t.equal((await many.admin('POST', '/keys', { caller })).status, 201, caller);
  }
  for (const [accounts, english, russian] of [
    [[], /^accounts must NOT have fewer than 1 items$/, /^accounts: .*не менее/],
    ['studio', /^accounts must be array or null \(sent: "studio"\)$/, /^accounts: нужен список или null/],
    [[1], /^accounts\[0\] must be string/, /^accounts\[0\]: нужна строка/],
  ] as const) {
    const ask = (language: string) =>
      many.send({
        method: 'POST',
        url: '/keys',
        headers: { ...many.asAdmin, 'accept-language': language },
        payload: { caller: 'b', accounts },
      });
    t.match((await ask('en')).body, { code: 'INVALID_REQUEST', detail: english });
    t.match((await ask('ru')).body, { code: 'INVALID_REQUEST', detail: russian });
  }
  t.equal((await many.admin('POST', '/keys', { caller: 'b', accounts: null })).status, 201);
  t.equal((await many.admin('POST', '/keys', { caller: 'b', accounts: ['studio'] })).status, 201);
});

t.test('what needs no body takes none, whatever its type is said to be', async (t) => {
  const many = await startMany(t);
  await many.put('studio');
  await many.put('garage');
  const bot = await many.caller('bot', ['studio']);
  const json = { 'content-type': 'application/json' };
  const asBot = { authorization: `Bearer ${bot.key}` };
  const retry = await many.send({ method: 'POST', url: '/jobs/x/retry', headers: { ...json, ...asBot }, payload: '' });
  isProblem(t, retry, 'NOT_FOUND');
  const headers = { ...many.asAdmin, ...json, 'content-length': '0' };
  t.equal((await many.send({ method: 'DELETE', url: '/accounts/garage', headers, payload: '' })).status, 204);
  isProblem(t, await many.send({ method: 'POST', url: '/keys', headers, payload: '' }), 'INVALID_REQUEST');
});
