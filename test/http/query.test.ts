import t from 'tap';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, startService } from '../fixtures/service.ts';

t.test('a query parameter that the route does not take is refused before anything is written', async (t) => {
  const { app, sandbox } = await startService(t);
  const params = { name: 'Проба' };
  const payload = { params, steps: [{ type: 'amocrm_create_lead', params }] };
  for (const url of ['/steps/amocrm_create_lead?dryrun=true', '/scenarios/run?foo&dry_run=true']) {
    const answer = answerOf(await app.inject({ method: 'POST', url, payload }));
    isProblem(t, answer, 'INVALID_REQUEST');
    t.match(answer.body.detail, /no query parameter but dry_run(, answer)?, and "(dryrun|foo)"/);
  }
  t.equal(sandbox.requests.length, 0);
});

t.test('a step type that nobody knows is told with the one that reads most like it', async (t) => {
  const { app } = await startService(t);
  const answer = answerOf(await app.inject({ method: 'POST', url: '/steps/amocrm_find_contct', payload: {} }));
  isProblem(t, answer, 'UNKNOWN_STEP');
  t.match(answer.body.detail, /did you mean amocrm_find_contact\?/);
});

t.test('broken JSON is told with its place', async (t) => {
  const { app } = await startService(t);
  const headers = { 'content-type': 'application/json' };
  const payload = '{\n  "params": { "name": "x", }\n}';
  const answer = answerOf(await app.inject({ method: 'POST', url: '/steps/amocrm_create_lead', headers, payload }));
  isProblem(t, answer, 'INVALID_REQUEST');
  t.match(answer.body.detail, /line 2, column 28/);
});

t.test('a key that is not known is told from one that is missing', async (t) => {
  const { app } = await startService(t, { env: { API_KEYS: 'bot=0123456789abcdef' } });
  const ask = async (headers: Record<string, string>) => answerOf(await app.inject({ url: '/steps', headers }));
  t.notMatch((await ask({})).body.detail, /not one of API_KEYS/);
  t.match((await ask({ authorization: 'Bearer bot=0123456789abcdef' })).body.detail, /not one of API_KEYS/);
});
