import t from 'tap';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, type Service, startService } from '../fixtures/service.ts';

const own = [
  'localhost',
  'LocalHost:8080',
  'localhost.',
  '127.0.0.1:80',
  '127.9.9.9',
  '[::1]:8080',
  '[0:0::1]',
  '127.1',
];
const foreign = [
  'rebind.attacker.example',
  'rebind.attacker.example:8080',
  'localhost.attacker.example',
  '127.0.0.1.attacker.example',
  'attacker@localhost',
  'localhost/',
  'localhost#',
  '10.0.0.1',
  '0.0.0.0',
  '[::2]',
  '[::ffff:127.0.0.1]',
  'localhost:99999',
  'a b',
];
const search = { method: 'POST', url: '/steps/amocrm_search', payload: { params: { query: 'Мария' } } } as const;

async function asked({ app }: Service, host: string) {
  return answerOf(await app.inject({ ...search, headers: { host } }));
}

t.test('without keys requests for this machine alone are served', async (t) => {
  const service = await startService(t);
  for (const host of own) t.equal((await asked(service, host)).status, 200, host);
  const before = service.sandbox.requests.length;
  for (const host of foreign) {
    const answer = await asked(service, host);
    isProblem(t, answer, 'HOST_NOT_ALLOWED', { what: host });
    t.equal(answer.body.detail.endsWith(` (sent: "${host}")`), true, answer.body.detail);
  }
  for (const url of ['/steps', '/health', '/health/live', '/docs', '/openapi.json', '/metrics', '/none']) {
    const answer = answerOf(await service.app.inject({ url, headers: { host: 'attacker.example' } }));
    isProblem(t, answer, 'HOST_NOT_ALLOWED', { what: url });
  }
  t.equal(service.sandbox.requests.length, before);
});

t.test('with keys, or where anybody may ask, any host is served', async (t) => {
  const key = '0123456789abcdef';
  const keyed = await startService(t, { env: { API_KEYS: key } });
  const headers = { host: 'steps.example.com', 'x-api-key': key };
  t.equal((await keyed.app.inject({ ...search, headers })).statusCode, 200);
  const open = await startService(t, { env: { ALLOW_ANONYMOUS: 'true' } });
  t.equal((await asked(open, 'steps.example.com')).status, 200);
});

t.test('ALLOWED_HOSTS are served beside this machine, and no other', async (t) => {
  for (const env of [{}, { ALLOW_ANONYMOUS: 'true' }]) {
    const service = await startService(t, { env: { ...env, ALLOWED_HOSTS: 'steps.example.com, 2001:db8::1' } });
    for (const host of ['Steps.Example.COM:8080', 'steps.example.com.', '[2001:DB8:0::1]:80', 'localhost']) {
      t.equal((await asked(service, host)).status, 200, host);
    }
    for (const host of ['example.com', 'x.steps.example.com', 'steps.example.com.attacker.example']) {
      isProblem(t, await asked(service, host), 'HOST_NOT_ALLOWED', { what: host });
    }
  }
});
