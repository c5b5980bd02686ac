import { connect } from 'node:net';
import t from 'tap';
import { Limits } from '../../src/sandbox/http/limits.ts';
import { settingsFrom } from '../../src/sandbox/options.ts';
import { open, send } from './open.ts';

const GET = ['GET', '/api/v4/account'] as const;
const statuses = (replies: { status: number }[]) => replies.map(({ status }) => status).sort();

t.test('seven arrivals in any second are let through, the eighth is not', (t) => {
  const limits = new Limits(settingsFrom({ banAfter: 0 }));
  const arrivals = [0, 100, 200, 300, 400, 500, 600, 700, 999, 1000, 1050, 1101, 1102];
  const admitted = arrivals.filter((at) => limits.admit('one', at));
  t.strictSame(admitted, [0, 100, 200, 300, 400, 500, 600, 1000, 1101], 'a refused arrival does not fill the window');
  t.end();
});

t.test('each integration has its own window, the account one for all', (t) => {
  const limits = new Limits(settingsFrom({ rateLimit: 2, accountRateLimit: 3, banAfter: 0 }));
  t.strictSame(
    ['a', 'a', 'a', 'b', 'b'].map((integration) => limits.admit(integration, 1)),
    [true, true, false, true, false],
  );
  t.end();
});

t.test('the eighth request at once is 429 from the gateway, in HTML and without Retry-After', async (t) => {
  const { call, sandbox } = await open(t, { rateLimit: 7, accountRateLimit: 50 });
  const replies = await Promise.all(Array.from({ length: 9 }, () => call(...GET)));
  t.strictSame(statuses(replies), [200, 200, 200, 200, 200, 200, 200, 429, 429]);
  const refused = replies.find(({ status }) => status === 429);
  t.match(refused?.type, /^text\/html/);
  t.match(refused?.text, '429 Too Many Requests');
  t.equal(refused?.headers.get('retry-after'), null);
  t.strictSame(statuses(sandbox.requests), statuses(replies));
});

t.test('the 429 may be JSON instead', async (t) => {
  const { call } = await open(t, { rateLimit: 1, tooManyBody: 'json' });
  await call(...GET);
  t.match(await call(...GET), { status: 429, type: 'application/problem+json', json: { retry_after: 300 } });
});

t.test('requests without a good token are 401 and count', async (t) => {
  const { sandbox } = await open(t, { rateLimit: 2 });
  const anonymous = await fetch(`${sandbox.url}/api/v4/account`);
  t.strictSame(await anonymous.json(), {
    title: 'Unauthorized',
    type: 'https://httpstatus.es/401',
    status: 401,
    detail: 'Invalid user name or password',
  });
  const wrong = () => send({ ...sandbox, token: 'wrong' }, ...GET);
  t.strictSame([(await wrong()).status, (await wrong()).status], [401, 429]);
});

t.test('too many 429s block the account until the block is lifted', async (t) => {
  const { call, sandbox } = await open(t, { rateLimit: 1, banAfter: 3 });
  const replies = await Promise.all(Array.from({ length: 6 }, () => call(...GET)));
  t.strictSame(statuses(replies), [200, 403, 403, 429, 429, 429]);
  const blocked = await call('GET', '/api/v4/contacts');
  t.match(blocked, { status: 403, type: /^text\/html/, text: /403 Forbidden/ });
  t.equal(sandbox.settings.banned, true);
  sandbox.lift();
  sandbox.settings.rateLimit = 0;
  t.equal((await call(...GET)).status, 200);
});

t.test('unknown routes are 404 and name what was asked', async (t) => {
  const { call, sandbox } = await open(t);
  const host = new URL(sandbox.url).host;
  t.match(await call('POST', '/api/v4/nonsense', [{}]), {
    status: 404,
    json: { title: 'Not Found', detail: `Cannot POST https://${host}/api/v4/nonsense` },
  });
  t.equal((await call('GET', '/api/v4/constructor')).status, 404);
  t.equal((await call('PUT', '/api/v4/contacts')).status, 405);
  t.equal((await call('GET', '/elsewhere')).status, 404);
});

t.test('latency delays the answer, not the arrival', async (t) => {
  const { call, sandbox } = await open(t, { latencyMs: 20, perItemMs: 5 });
  await call('POST', '/api/v4/contacts', [{}, {}]);
  const arrived = sandbox.requests[0]?.at ?? Number.POSITIVE_INFINITY;
  t.ok(performance.now() - arrived >= 29);
});

t.test('the log has bodies and queries as they were meant, and never the token', async (t) => {
  const { call, sandbox } = await open(t);
  await call('GET', '/api/v4/contacts?filter%5Bid%5D%5B%5D=12346&query=%D0%98%D0%B2%D0%B0%D0%BD');
  await call('POST', '/api/v4/contacts', '[broken');
  t.match(sandbox.requests, [
    { method: 'GET', path: '/api/v4/contacts', query: 'filter[id][]=12346&query=Иван', body: undefined, status: 200 },
    { method: 'POST', body: '[broken', status: 400 },
  ]);
  t.notMatch(JSON.stringify(sandbox.requests), sandbox.token);
});

t.test('a client that breaks off within its body disturbs nobody', async (t) => {
  const { call, sandbox } = await open(t);
  const { port } = new URL(sandbox.url);
  const socket = connect(Number(port), '127.0.0.1');
  socket.write('POST /api/v4/contacts HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\n[{');
  while (sandbox.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  socket.destroy();
  t.equal((await call(...GET)).status, 200);
  t.equal(sandbox.requests[0]?.status, 0);
});
