import t from 'tap';
import { environmentOptions } from '../../src/sandbox/environment.ts';
import { open, startMain } from './open.ts';

t.test('everything can be driven over HTTP without a token, unlogged', async (t) => {
  const { call, sandbox } = await open(t);
  const control = (method: string, path: string, body?: unknown) => call(method, `/_sandbox/${path}`, body);

  const settings = await control('PUT', 'settings', { rateLimit: 1, banAfter: 1, query: 'literal' });
  t.match(settings, { status: 200, json: { rateLimit: 1, query: 'literal', filterAddon: false } });
  t.strictSame(
    [(await call('GET', '/api/v4/account')).status, (await call('GET', '/api/v4/account')).status],
    [200, 429],
  );
  t.equal(sandbox.settings.banned, true);
  t.equal((await control('POST', 'lift')).status, 204);
  await control('PUT', 'settings', { rateLimit: 0 });

  t.equal(
    (await control('POST', 'faults', { pattern: 'account$', times: null, action: { kind: 'unauthorized' } })).status,
    204,
  );
  t.strictSame(
    [(await call('GET', '/api/v4/account')).status, (await call('GET', '/api/v4/account')).status],
    [401, 401],
  );
  t.equal((await control('DELETE', 'faults')).status, 204);

  const { json: log } = await control('GET', 'requests?since=2');
  t.match(log, { next: 4, requests: [{ status: 401, fault: 'unauthorized' }, { status: 401 }] });
  const { json: state } = await control('GET', 'state');
  t.match(state, {
    settings: { query: 'literal' },
    contacts: [{ id: 12345 }],
    notes: { leads: [{ entity_id: 67890 }] },
  });
  const { json: code } = await control('POST', 'oauth/code');
  t.match(code, { code: String, client_id: sandbox.oauth.clientId, redirect_uri: sandbox.oauth.redirectUri });
  t.equal((await control('POST', 'reset')).status, 204);
  t.equal(sandbox.requests.length, 0);
});

t.test('every switch is set over HTTP', async (t) => {
  const { call, sandbox } = await open(t);
  const switches = {
    role: 'user',
    customers: 'off',
    forbidden: 'html',
    longTexts: 'accept',
    unknownPhone: 'report',
    secondCompany: 'replace',
    unlinkNothing: 'accept',
    complexKeeps: 'less',
    absent: 'missing',
  };
  t.match(await call('PUT', '/_sandbox/settings', switches), { status: 200, json: switches });
  t.match(sandbox.settings, switches);
  t.equal((await call('GET', '/api/v4/users')).status, 403);
});

t.test('what the control routes cannot use is refused in words', async (t) => {
  const { call } = await open(t);
  const refused = async (method: string, path: string, body: unknown) => {
    const { status, json } = await call(method, `/_sandbox/${path}`, body);
    return [status, json.error];
  };
  t.strictSame(await refused('PUT', 'settings', '{'), [400, 'the body is not valid JSON']);
  t.match(await refused('PUT', 'settings', { rateLimit: -1 }), [400, /rateLimit must be >= 0/]);
  t.match(await refused('PUT', 'settings', { ratelimit: 1 }), [400, /ratelimit/]);
  t.match(await refused('POST', 'faults', { action: { kind: 'explode' } }), [400, /^action must be one of/]);
  t.match(await refused('POST', 'faults', { action: { kind: 'drop' }, times: 'twice' }), [
    400,
    /times must be integer/,
  ]);
  t.match(await refused('POST', 'faults', { action: { kind: 'drop' }, pattern: '(' }), [400, /pattern/]);
  t.match(await refused('GET', 'nonsense', undefined), [404, /no such route/]);
});

t.test('the page shows what arrived, escaped, and says that it is no amoCRM', async (t) => {
  const { call, sandbox } = await open(t);
  await call('POST', '/api/v4/leads', [
    { name: '<script>alert(1)</script>', price: 150000, tags_to_add: [{ name: 'из бота' }] },
  ]);
  await call('POST', '/api/v4/contacts', [
    { name: 'Новенький', custom_fields_values: [{ field_code: 'PHONE', values: [{ value: '+79990001122' }] }] },
  ]);
  await call('POST', '/api/v4/leads/67890/notes', [{ note_type: 'common', params: { text: 'Свежая заметка' } }]);
  const response = await fetch(sandbox.url);
  t.match(response.headers.get('content-type'), 'text/html');
  const page = await response.text();
  for (const part of ['Это не amoCRM', '&lt;script&gt;', 'из бота', 'Новенький', '+79990001122', 'Свежая заметка']) {
    t.ok(page.includes(part), part);
  }
  t.notMatch(page, '<script>');
  t.ok(page.includes('/api/v4/leads/67890/notes</span>'));
});

t.test('the environment gives the options, and a wrong one is named', (t) => {
  const options = environmentOptions({
    PORT: '0',
    SANDBOX_RATE_LIMIT: '3',
    SANDBOX_SEED: 'false',
    SANDBOX_QUERY: 'literal',
  });
  t.match(options, { host: '127.0.0.1', port: 0, rateLimit: 3, seed: false, query: 'literal', banAfter: undefined });
  t.equal(environmentOptions({}).port, 8081);
  const switches = environmentOptions({
    SANDBOX_ROLE: 'external',
    SANDBOX_CUSTOMERS: 'unpaid',
    SANDBOX_FORBIDDEN: 'html',
    SANDBOX_LONG_TEXTS: 'accept',
    SANDBOX_UNKNOWN_PHONE: 'report',
    SANDBOX_SECOND_COMPANY: 'replace',
    SANDBOX_UNLINK_NOTHING: 'accept',
    SANDBOX_COMPLEX_KEEPS: 'less',
    SANDBOX_ABSENT: 'missing',
  });
  t.match(switches, {
    role: 'external',
    customers: 'unpaid',
    forbidden: 'html',
    longTexts: 'accept',
    unknownPhone: 'report',
    secondCompany: 'replace',
    unlinkNothing: 'accept',
    complexKeeps: 'less',
    absent: 'missing',
  });
  t.throws(() => environmentOptions({ PORT: 'x' }), /PORT must be a whole number/);
  t.throws(() => environmentOptions({ SANDBOX_SEED: 'ja' }), /SANDBOX_SEED must be one of true, false/);
  t.end();
});

t.test('the process prints its address and ends on SIGTERM', async (t) => {
  const { child, line, ended } = await startMain();
  t.teardown(() => child.kill());
  const url = /http:\/\/\S+/.exec(line)?.[0] ?? '';
  t.match(await (await fetch(url)).text(), 'Песочница');
  t.match(line, /AMO_CLIENT_ID=\S+\n\s+AMO_CLIENT_SECRET=\S+\n\s+AMO_REDIRECT_URI=\S+\n\s+AMO_AUTH_CODE=\S+/);
  child.kill('SIGTERM');
  t.equal(await ended, 0);
});

t.test('a sandbox that begins later gives higher ids, where they go by the clock', async (t) => {
  const idAt = async (now: number, idsByClock: boolean) => {
    const { call } = await open(t, { now: () => now, idsByClock });
    return (await call('POST', '/api/v4/leads', [{ name: 'Новая' }])).json._embedded.leads[0].id;
  };
  const start = Date.UTC(2026, 10, 26);
  t.equal(await idAt(start, false), await idAt(start + 60_000, false), 'else they are the same in each');
  const [first, second] = [await idAt(start, true), await idAt(start + 60_000, true)];
  t.ok(first < second && Number.isSafeInteger(second), `${first}, ${second}`);
});

t.test('an account has the name that it was given, after a reset too', async (t) => {
  const { call } = await open(t, { accountName: 'Автосервис' });
  const name = async () => (await call('GET', '/api/v4/account')).json.name;
  t.equal(await name(), 'Автосервис');
  await call('POST', '/_sandbox/reset');
  t.equal(await name(), 'Автосервис');
});
