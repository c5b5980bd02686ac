import t from 'tap';
import { startService } from '../fixtures/service.ts';

t.test('answers may not be run or framed, Swagger UI only from its own origin', async (t) => {
  const { app } = await startService(t);
  const answer = await app.inject('/health/live');
  t.match(answer.headers, { 'content-security-policy': /default-src 'none'/, 'x-content-type-options': 'nosniff' });
  const docs = String((await app.inject('/docs')).headers['content-security-policy']);
  t.match(docs, /script-src 'self';/);
  t.notMatch(docs, /upgrade-insecure-requests|https?:/);
  t.equal(answer.headers['access-control-allow-origin'], undefined);
});

t.test('every answer has a request id, the caller’s own where it is harmless', async (t) => {
  const { app } = await startService(t);
  const ask = async (id: string) =>
    (await app.inject({ url: '/nowhere', headers: { 'x-request-id': id } })).headers['x-request-id'];
  t.equal(await ask('bot-1.2_3'), 'bot-1.2_3');
  t.match(await ask('a b\u0001'), /^[\da-f]{32}$/);
});

t.test('nobody keeps what a step answers, failures too', async (t) => {
  const env = { API_KEYS: 'bot=0123456789abcdef' };
  const { app } = await startService(t, { env });
  const payload = { params: { query: 'x' }, steps: [{ type: 'end' }] };
  for (const url of ['/steps/amocrm_search', '/scenarios/run', '/steps/nope']) {
    for (const headers of [{ 'x-api-key': '0123456789abcdef' }, {}, { origin: 'https://attacker.example' }]) {
      const answer = await app.inject({ method: 'POST', url, payload, headers });
      t.equal(answer.headers['cache-control'], 'no-store', `${url} ${answer.statusCode}`);
    }
  }
});
