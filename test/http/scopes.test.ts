import t from 'tap';
import { steps } from '../../src/steps/index.ts';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, startService } from '../fixtures/service.ts';

const keys = { all: 'bot-key-0123456789', read: 'report-key-0123456', metrics: 'prom-key-012345678' };
const env = { API_KEYS: `bot=${keys.all},report:read=${keys.read},prom:metrics=${keys.metrics}` };
const { app, sandbox, step } = await startService(t, { env });
const as = (scope: keyof typeof keys) => ({ 'x-api-key': keys[scope] });

function run(list: object[], scope: keyof typeof keys) {
  const payload = { steps: list, context: { phone: '+79001112233' } };
  return app.inject({ method: 'POST', url: '/scenarios/run', payload, headers: as(scope) }).then(answerOf);
}

const find = { type: 'amocrm_find_contact', params: { phone: '{phone}' } };
const create = { type: 'amocrm_create_lead', params: { name: 'Заявка' } };

t.test('a key that may only read runs the steps that only read', async (t) => {
  for (const { type, effects, examples } of steps) {
    const writes = sandbox.requests.filter(({ method }) => method !== 'GET').length;
    const answer = await step(type, examples[0].params, { context: {} }, as('read'));
    if (effects === 'writes') isProblem(t, answer, 'KEY_NOT_ALLOWED', { what: type });
    else t.equal(answer.status, 200, type);
    t.equal(sandbox.requests.filter(({ method }) => method !== 'GET').length, writes, `${type} has written nothing`);
  }
});

t.test('and scenarios of such steps', async (t) => {
  t.equal((await run([find, { type: 'end' }], 'read')).status, 200);
  const before = sandbox.requests.length;
  const branch = { type: 'conditional', params: { condition: '{phone}', true_step: 'end' } };
  const answer = await run([find, branch, create, { id: 'end', type: 'end' }], 'read');
  isProblem(t, answer, 'KEY_NOT_ALLOWED');
  t.match(answer.body.detail, 'amocrm_create_lead');
  t.equal(sandbox.requests.length, before, 'a step that would not be reached counts');
  t.equal((await run([find, create], 'all')).status, 200);
});

t.test('and GET routes', async (t) => {
  for (const url of ['/steps', '/metrics', '/health', '/docs', '/openapi.json']) {
    t.equal((await app.inject({ url, headers: as('read') })).statusCode, 200, url);
  }
  isProblem(t, answerOf(await app.inject({ url: '/nope', headers: as('read') })), 'NOT_FOUND');
});

t.test('a key for the metrics opens nothing else', async (t) => {
  t.equal((await app.inject({ url: '/metrics', headers: as('metrics') })).statusCode, 200);
  const others = [
    { method: 'GET', url: '/steps' },
    { method: 'GET', url: '/nope' },
    { method: 'POST', url: '/steps/amocrm_search', payload: { params: { query: 'x' } } },
    { method: 'POST', url: '/scenarios/run', payload: { steps: [find] } },
    { method: 'POST', url: '/metrics' },
  ] as const;
  for (const request of others) {
    const answer = answerOf(await app.inject({ ...request, headers: as('metrics') }));
    isProblem(t, answer, 'KEY_NOT_ALLOWED', { what: request.url });
  }
  const health = answerOf(await app.inject({ url: '/health', headers: as('metrics') }));
  t.strictSame(Object.keys(health.body).sort(), ['checked_at', 'status'], 'as without a key');
});
