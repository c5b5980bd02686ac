import t from 'tap';
import { operations } from '../contract/document.ts';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, startService } from '../fixtures/service.ts';

const API_KEYS = 'bot=0123456789abcdef';
const key = { 'x-api-key': '0123456789abcdef' };
const search = { method: 'POST', url: '/steps/amocrm_search', payload: { params: { query: 'Мария' } } } as const;
const page = 'https://app.example.com';

t.test('pages of other sites are refused, keys or not, before anything is read', async (t) => {
  for (const [env, keyed] of [
    [{}, {}],
    [{ API_KEYS }, key],
    [{ API_KEYS }, {}],
    [{ ALLOW_ANONYMOUS: 'true' }, {}],
  ] as const) {
    const { app, sandbox } = await startService(t, { env });
    for (const headers of [
      { origin: 'https://attacker.example' },
      { origin: 'https://attacker.example', host: 'localhost:8080' },
      { origin: 'http://localhost:3000', host: 'localhost:8080' },
      { origin: 'http://127.0.0.1:8080', host: 'localhost:8080' },
      { origin: 'null' },
      { origin: '' },
      { origin: 'chrome-extension://abcdef' },
      { origin: 'foo://localhost', host: 'localhost' },
      { origin: 'http://localhost, http://attacker.example' },
      { 'sec-fetch-site': 'cross-site' },
      { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' },
    ]) {
      const answer = answerOf(await app.inject({ ...search, headers: { ...keyed, ...headers } }));
      isProblem(t, answer, 'ORIGIN_NOT_ALLOWED', { what: JSON.stringify(headers) });
      t.equal(answer.headers['access-control-allow-origin'], undefined);
    }
    const framed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'iframe' };
    isProblem(t, answerOf(await app.inject({ url: '/steps', headers: framed })), 'ORIGIN_NOT_ALLOWED');
    t.strictSame(sandbox.requests, []);
  }
});

t.test('Swagger UI, programs and links are served', async (t) => {
  const { app } = await startService(t, { env: { API_KEYS } });
  for (const headers of [
    {},
    { origin: 'http://localhost:8080', host: 'localhost:8080', 'sec-fetch-site': 'same-origin' },
    { origin: 'http://localhost', host: 'localhost:80' },
    { origin: 'https://steps.example.com', host: 'steps.example.com' },
    { origin: 'https://steps.example.com', host: 'Steps.example.com:443' },
    { origin: 'http://[::1]:8080', host: '[0::1]:8080' },
    { 'sec-fetch-site': 'none' },
    { 'sec-fetch-site': 'same-site' },
  ]) {
    const { statusCode } = await app.inject({ ...search, headers: { ...key, ...headers } });
    t.equal(statusCode, 200, JSON.stringify(headers));
  }
  const followed = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  t.equal((await app.inject({ url: '/docs', headers: followed })).statusCode, 200);
});

t.test('an allowed origin is answered by CORS, failures too', async (t) => {
  const { app } = await startService(t, { env: { API_KEYS, ALLOWED_ORIGINS: `http://localhost:3000, ${page}` } });
  for (const origin of [page, 'http://localhost:3000']) {
    for (const [headers, status] of [
      [key, 200],
      [{}, 401],
    ] as const) {
      const sent = { origin, 'sec-fetch-site': 'cross-site', ...headers };
      const answer = await app.inject({ ...search, headers: sent });
      t.equal(answer.statusCode, status);
      t.equal(answer.headers['access-control-allow-origin'], origin);
      t.match(answer.headers['access-control-expose-headers'], 'x-request-id');
      t.match(answer.headers.vary, 'Origin');
      t.equal(answer.headers['access-control-allow-credentials'], undefined);
    }
  }
  const other = answerOf(await app.inject({ ...search, headers: { ...key, origin: 'https://app.example.com:8443' } }));
  isProblem(t, other, 'ORIGIN_NOT_ALLOWED');
});

t.test('a preflight of an allowed origin needs no key and does nothing', async (t) => {
  const { app, sandbox } = await startService(t, { env: { API_KEYS, ALLOWED_ORIGINS: page } });
  const preflight = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'x-api-key' };
  const ask = (origin: string) =>
    app.inject({
      method: 'OPTIONS',
      url: search.url,
      headers: { origin, ...preflight, 'sec-fetch-site': 'cross-site' },
    });
  const { statusCode, headers, body } = await ask(page);
  t.strictSame([statusCode, body], [204, '']);
  t.match(headers, { 'access-control-allow-origin': page, 'access-control-allow-methods': 'GET, POST' });
  for (const name of ['authorization', 'content-type', 'idempotency-key', 'x-api-key']) {
    t.match(headers['access-control-allow-headers'], name);
  }
  isProblem(t, answerOf(await ask('https://attacker.example')), 'ORIGIN_NOT_ALLOWED');
  const plain = answerOf(await app.inject({ method: 'OPTIONS', url: search.url, headers: { origin: page, ...key } }));
  isProblem(t, plain, 'METHOD_NOT_ALLOWED');
  t.strictSame(sandbox.requests, []);
});

t.test('CORS allows each header that the document has for callers, and shows each of its answers', async (t) => {
  const { app } = await startService(t, { env: { API_KEYS, ALLOWED_ORIGINS: page } });
  const headers = { origin: page, 'access-control-request-method': 'POST' };
  const preflight = await app.inject({ method: 'OPTIONS', url: search.url, headers });
  const answer = await app.inject({ ...search, headers: { ...key, origin: page } });
  const listed = (header: unknown) => String(header).split(', ');
  const missing = (names: string[], list: unknown) =>
    [...new Set(names.map((name) => name.toLowerCase()))].filter((name) => !listed(list).includes(name));
  const asked = operations.flatMap(({ parameters }) => parameters.filter((part) => part.in === 'header'));
  const told = operations.flatMap(({ responses }) =>
    Object.values(responses).flatMap(({ headers = {} }) => Object.keys(headers)),
  );
  t.ok(asked.length > 0 && told.length > 0);
  const names = [...asked.map(({ name }) => name), 'authorization', 'x-api-key', 'content-type'];
  t.strictSame(missing(names, preflight.headers['access-control-allow-headers']), []);
  t.strictSame(missing([...told, 'x-request-id'], answer.headers['access-control-expose-headers']), []);
});
