import t from 'tap';
import { languageOf } from '../../src/http/language.ts';
import { keepProblem, problemIn } from '../../src/jobs/kept-problem.ts';
import { verbatim } from '../../src/messages/message.ts';
import { Problem } from '../../src/problems/problem.ts';
import { jobsOf } from '../fixtures/jobs.ts';
import { startKeyed } from '../fixtures/keyed.ts';
import { answerOf, startService } from '../fixtures/service.ts';

const cyrillic = /[а-яё]/i;

const preferences: [header: string | undefined, language: 'en' | 'ru'][] = [
  [undefined, 'en'],
  ['', 'en'],
  ['*', 'en'],
  ['ru', 'ru'],
  ['RU', 'ru'],
  ['ru-RU', 'ru'],
  ['ru-RU,ru;q=0.9,en-US;q=0.8,en;q=0.7', 'ru'],
  ['en-US,en;q=0.9,ru;q=0.8', 'en'],
  ['en;q=0.5, ru;q=0.6', 'ru'],
  ['en, ru', 'en'],
  ['ru, en', 'ru'],
  ['uk, ru;q=0.1', 'ru'],
  ['ru;q=0', 'en'],
  ['ru;q=0, *', 'en'],
  ['*, ru;q=0.5', 'en'],
  ['ru, *;q=0.5', 'ru'],
  ['de', 'en'],
  ['de, fr;q=0.5', 'en'],
  ['rus', 'en'],
  ['ru;q=high', 'en'],
  [';;;,,,=', 'en'],
  [`${'de,'.repeat(4_000)}ru`, 'ru'],
];

for (const [header, language] of preferences) {
  t.test(`Accept-Language ${header === undefined ? 'absent' : `"${header.slice(0, 50)}"`}: ${language}`, async (t) => {
    t.equal(languageOf({ headers: header === undefined ? {} : { 'accept-language': header } }), language);
  });
}

t.test('what amoCRM says stays as it is, behind a sentence in the caller’s language', async (t) => {
  const { sandbox, step } = await startService(t);
  const words = 'The limit of the account has been reached';
  sandbox.faults.add({ action: { kind: 'status', status: 400, body: { detail: words } }, times: 2 });
  const english = await step('amocrm_find_lead', { lead_id: 67890 });
  const russian = await step('amocrm_find_lead', { lead_id: 67890 }, {}, { 'accept-language': 'ru' });
  t.equal(english.body.detail, `amoCRM refused the request (HTTP 400): ${words}`);
  t.equal(russian.body.detail, `amoCRM отклонил запрос (HTTP 400): ${words}`);
  t.equal(russian.body.title, 'Ответ amoCRM непригоден');
});

t.test('one failure that several callers share is told to each in his own language', async (t) => {
  const { sandbox, step } = await startService(t);
  sandbox.faults.add({ action: { kind: 'unauthorized' }, times: Number.POSITIVE_INFINITY });
  const ask = (language: string) => step('amocrm_find_lead', { query: 'x' }, {}, { 'accept-language': language });
  await ask('en');
  const calls = sandbox.requests.length;
  const [english, russian] = await Promise.all([ask('en'), ask('ru')]);
  t.equal(sandbox.requests.length, calls, 'the refusal is kept for a while');
  t.match(english.body, { code: 'AMOCRM_UNAUTHORIZED', detail: /refused the access token/ });
  t.match(russian.body, { code: 'AMOCRM_UNAUTHORIZED', detail: /не принял токен доступа/ });
});

t.test('a flat answer, its sentence in Russian always, its detail in the caller’s language', async (t) => {
  const { app } = await startService(t);
  const ask = async (language: string) =>
    answerOf(
      await app.inject({
        method: 'POST',
        url: '/steps/amocrm_create_lead?answer=flat',
        headers: { 'accept-language': language },
        payload: { name: 'Заявка', price: 'много' },
      }),
    );
  const [english, russian] = await Promise.all([ask('en'), ask('ru')]);
  t.match(english, { status: 200, headers: { 'content-language': 'en' }, body: { detail: /must be integer/ } });
  t.match(russian, { status: 200, headers: { 'content-language': 'ru' }, body: { detail: /нужно целое число/ } });
  t.match(russian.body.error, cyrillic);
  t.equal(russian.body.error, english.body.error);
});

t.test('warnings are in the caller’s language; an answer without texts tells none', async (t) => {
  const { step } = await startService(t);
  const params = { entity_type: 'leads', entity_id: 67890, note_text: 'Привет, {user_name}' };
  const russian = await step('amocrm_add_note', params, {}, { 'accept-language': 'ru' });
  t.match(russian, {
    status: 200,
    headers: { 'content-language': 'ru', vary: 'Accept-Language' },
    body: { warnings: [/^params\.note_text содержит \{user_name\} как есть/] },
  });
  const silent = await step('amocrm_find_lead', { lead_id: 67890 }, {}, { 'accept-language': 'ru' });
  t.equal(silent.headers['content-language'], undefined);
});

t.test('Vary names what other parts of the service look at, too', async (t) => {
  const { app } = await startService(t, { env: { ALLOWED_ORIGINS: 'https://bot.example.com' } });
  const headers = { origin: 'https://bot.example.com', 'accept-language': 'ru' };
  const answer = await app.inject({ method: 'GET', url: '/nowhere', headers });
  t.equal(answer.headers.vary, 'Origin, Accept-Language');
  t.match(answer.headers['access-control-expose-headers'], /content-language/);
});

t.test('the failure of a job is told to whoever reads it, in his language', async (t) => {
  const service = await startKeyed(t);
  const { body } = await jobsOf(service).later('/steps/amocrm_get_lead', { params: { lead_id: 999_999 } });
  const read = (language: string) => service.get(`/jobs/${body.id}`, { 'accept-language': language });
  await jobsOf(service).until(body.id, 'failed');
  const [english, russian, list] = [await read('en'), await read('ru'), await service.get('/jobs')];
  t.match(english.body.problem, { code: 'ENTITY_NOT_FOUND', title: 'amoCRM has no such entity' });
  t.match(russian.headers, { 'content-language': 'ru', vary: 'Accept-Language' });
  const { title, detail, errors, ...rest } = russian.body.problem;
  for (const text of [title, detail, errors[0].message]) t.match(text, cyrillic);
  const { title: _, detail: __, errors: ___, ...same } = english.body.problem;
  t.strictSame(rest, same, 'nothing else depends on the language');
  t.strictSame(list.body.jobs[0], english.body, 'in a list too');
});

t.test('the warnings of a job’s answer are in the language of whoever sent it', async (t) => {
  const service = await startKeyed(t);
  const params = { entity_type: 'leads', entity_id: 67890, note_text: 'Привет, {user_name}' };
  const { later, until } = jobsOf(service);
  const warningsIn = async (headers: Record<string, string>) => {
    const { body } = await later('/steps/amocrm_add_note', { params }, undefined, headers);
    return (await until(body.id, 'succeeded')).result.warnings;
  };
  t.match(await warningsIn({ 'accept-language': 'ru' }), [/^params\.note_text содержит \{user_name\} как есть/]);
  t.match(await warningsIn({}), [/^params\.note_text holds \{user_name\} as it stands/]);
});

t.test('a replay keeps the language of the first answer', async (t) => {
  const service = await startKeyed(t);
  const params = { entity_type: 'leads', entity_id: 67890, note_text: 'Привет, {user_name}' };
  const send = (language: string) =>
    service.post('/steps/amocrm_add_note', { params }, 'k', { 'accept-language': language });
  const [first, again] = [await send('ru'), await send('en')];
  t.match(first.body.warnings, [/ содержит /]);
  t.strictSame([again.body, again.headers['idempotency-replayed']], [first.body, 'true']);
});

t.test('a job’s failure that an earlier release has kept is read as it is', async (t) => {
  const problem = new Problem('AMOCRM_ERROR', verbatim('It failed\nbadly'));
  const kept = keepProblem(problem, { id: 'j', body: { context: { text: 'a\nb' } } });
  for (const language of ['en', 'ru'] as const) {
    t.match(JSON.parse(problemIn(language, kept)), { code: 'AMOCRM_ERROR', context: { text: 'a\nb' } });
  }
  t.equal(problemIn('ru', '{"code":"AMOCRM_ERROR"}'), '{"code":"AMOCRM_ERROR"}');
});
