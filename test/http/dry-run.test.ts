import t from 'tap';
import { dryRun } from '../fixtures/dry-run.ts';
import { failureOf } from '../fixtures/failure.ts';
import { serviceMetrics } from '../fixtures/metrics.ts';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, startService } from '../fixtures/service.ts';

const keys = { all: 'bot-key-0123456789', read: 'report-key-0123456', metrics: 'prom-key-012345678' };
const env = { API_KEYS: `bot=${keys.all},report:read=${keys.read},prom:metrics=${keys.metrics}` };
const service = await startService(t, { env });
const { app, sandbox } = service;
const as = (scope: keyof typeof keys) => ({ 'x-api-key': keys[scope] });
const post = async (url: string, payload: object, headers: Record<string, string> = {}) =>
  answerOf(await app.inject({ method: 'POST', url, payload, headers: { ...as('all'), ...headers } }));

const params = { name: 'Заявка' };
const lead = '/steps/amocrm_create_lead';
const step = { type: 'amocrm_create_lead', params };

t.test('another value is refused, and so is a dry run with an Idempotency-Key', async (t) => {
  const before = sandbox.requests.length;
  for (const value of ['1', 'TRUE', '', 'yes', 'true&dry_run=true', 'false&dry_run=true']) {
    for (const url of [lead, '/scenarios/run']) {
      const answer = await post(`${url}?dry_run=${value}`, { params, steps: [step] });
      isProblem(t, answer, 'INVALID_REQUEST', { what: value });
      t.match(answer.body.detail, 'dry_run is true or false');
    }
  }
  const keyed = await post(`${lead}?dry_run=true`, { params }, { 'idempotency-key': 'k' });
  isProblem(t, keyed, 'INVALID_REQUEST');
  t.match(keyed.body.detail, 'Idempotency-Key');
  t.equal(sandbox.requests.length, before);
  t.equal((await post(`${lead}?dry_run=false`, { params }, { 'idempotency-key': 'k' })).status, 200, 'the key is free');
});

t.test('in the body it is refused, wherever a document may have it', async (t) => {
  const before = sandbox.requests.length;
  t.strictSame(failureOf(await post(lead, { params, dry_run: true })), [400, 'INVALID_REQUEST', 'dry_run']);
  t.strictSame(failureOf(await post(lead, { dry_run: null, params: { prise: 1 } })), [
    400,
    'INVALID_REQUEST',
    'dry_run',
    'params.prise',
    'params.name',
  ]);
  const end = { type: 'end', dry_run: false };
  const scenario = { dry_run: true, steps: [{ ...step, dry_run: true }, step, end] };
  t.strictSame(failureOf(await post('/scenarios/run?dry_run=true', scenario)), [
    400,
    'INVALID_REQUEST',
    'dry_run',
    'steps[0].dry_run',
    'steps[2].dry_run',
  ]);
  t.equal(sandbox.requests.length, before);
});

t.test('other routes do not take it', async (t) => {
  for (const url of ['/health', '/steps', '/steps/amocrm_create_lead/x']) {
    isProblem(t, await post(`${url}?dry_run=true`, {}), url.endsWith('x') ? 'UNKNOWN_STEP' : 'METHOD_NOT_ALLOWED');
  }
});

t.test('a key that may only read may make dry runs, and nothing else of a step that writes', async (t) => {
  const before = sandbox.requests.filter(({ method }) => method !== 'GET').length;
  t.equal((await dryRun(service, 'amocrm_create_lead', { params }, as('read'))).status, 200);
  t.equal((await dryRun(service, undefined, { steps: [step] }, as('read'))).status, 200);
  for (const query of ['', '?dry_run=false', '?dry_run=yes']) {
    isProblem(t, await post(lead + query, { params }, as('read')), 'KEY_NOT_ALLOWED', { what: query });
  }
  isProblem(t, await post('/scenarios/run?dry_run=false', { steps: [step] }, as('read')), 'KEY_NOT_ALLOWED');
  isProblem(t, await dryRun(service, 'amocrm_create_lead', { params }, as('metrics')), 'KEY_NOT_ALLOWED');
  isProblem(t, await post(`${lead}?dry_run=true`, { params }, { 'x-api-key': 'somebody-0123456789' }), 'UNAUTHORIZED');
  t.equal(sandbox.requests.filter(({ method }) => method !== 'GET').length, before);
});

t.test('dry runs are told apart in the metrics', async (t) => {
  const counted = async () =>
    (await serviceMetrics(app, as('all'))).by('http_requests_total', 'route', 'status', 'dry_run');
  const before = await counted();
  const more = (after: Record<string, number>, key: string) => (after[key] ?? 0) - (before[key] ?? 0);
  await dryRun(service, 'amocrm_create_lead', { params }, as('all'));
  await dryRun(service, 'amocrm_create_lead', { params: { prise: 1 } }, as('all'));
  await post(lead, { params });
  const after = await counted();
  t.equal(more(after, `${lead} 200 true`), 1);
  t.equal(more(after, `${lead} 400 true`), 1);
  t.equal(more(after, `${lead} 200 false`), 1);
});
