import type { InjectOptions } from 'fastify';
import t from 'tap';
import { steps } from '../../src/steps/index.ts';
import { ownHost } from '../fixtures/own-host.ts';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, startService } from '../fixtures/service.ts';

const service = await startService(t);
const { app, sandbox, step } = service;

const ask = (request: InjectOptions | string) => app.inject(request).then(answerOf);
const pathsOf = (errors: { path: string }[]) => errors.map(({ path }) => path);

// A route with a bug, for want of a step with one.
app.post('/buggy', { config: { label: 'поиск контакта' } }, () => {
  throw new TypeError(`Cannot read ${import.meta.filename} with token ${sandbox.token}`);
});
app.get('/buggier', () => Promise.reject(null));

t.test('success answers with the result, typed and under output_var in the context', async (t) => {
  const context = { user_telegram_id: 123456789, found_contact: 'stale', __step_error__: 'AmoCRM: stale' };
  const params = { telegram_id: 123456789, output_var: 'found_contact' };
  const { status, headers, body } = await step('amocrm_find_contact', params, { context });
  t.equal(status, 200);
  t.match(headers['content-type'], /^application\/json/);
  t.strictSame(Object.keys(body).sort(), ['context', 'output_var', 'result', 'success']);
  t.hasStrict(body, { success: true, output_var: 'found_contact', result: { success: true, found: true, count: 1 } });
  t.strictSame(body.context, { user_telegram_id: 123456789, found_contact: body.result });
});

t.test('a failure echoes the context with its own __step_error__', async (t) => {
  const context = { user_name: 'Иван', list: [1, null], __step_error__: 'AmoCRM: stale' };
  const answer = await step('amocrm_find_contact', {}, { context });
  isProblem(t, answer, 'INVALID_REQUEST');
  t.strictSame(answer.body.context, { ...context, __step_error__: 'AmoCRM поиск контакта: неверные параметры' });
});

t.test('errors stand in document order with bracket paths, and missing params come last', async (t) => {
  const params = {
    zzz: 1,
    tags: ['VIP', null, 'бот', { name: 'x' }],
    status_id: 'won',
    custom_fields: [],
    contact_id: 1.5,
  };
  const answer = await step('amocrm_create_lead', params, { next_step: {}, type: 'amocrm_search' });
  isProblem(t, answer, 'INVALID_REQUEST');
  t.strictSame(pathsOf(answer.body.errors), [
    'params.zzz',
    'params.tags[1]',
    'params.tags[3]',
    'params.status_id',
    'params.custom_fields',
    'params.contact_id',
    'params.name',
    'next_step',
    'type',
  ]);
  const turned = { context: 5, params: { telegramid: 5, output_var: 'a-b' } };
  const { body } = await ask({ method: 'POST', url: '/steps/amocrm_find_contact', payload: turned });
  t.strictSame(pathsOf(body.errors), ['context', 'params', 'params.telegramid', 'params.output_var']);
});

t.test('faults that amoCRM’s fields show stand in the same order, and the first gives status and code', async (t) => {
  const custom_fields = { Источник: 'Радио', 'нет такого': 1, Email: 'x@example.com' };
  const first = await step('amocrm_create_contact', { custom_fields, email: 'y@example.com', name: 'Анна' });
  t.equal(first.body.code, 'UNKNOWN_OPTION');
  t.equal(first.status, 422);
  t.strictSame(pathsOf(first.body.errors).slice(0, 2), [
    'params.custom_fields.Источник',
    'params.custom_fields.нет такого',
  ]);
});

t.test('at most 50 errors are shown, the first of the document', async (t) => {
  const params = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`p${index}`, index]));
  const { body } = await step('amocrm_search', { ...params, query: 'x' });
  t.strictSame(
    pathsOf(body.errors),
    Array.from({ length: 50 }, (_, index) => `params.p${index}`),
  );
});

t.test('an unknown step type is 404 with the label left out', async (t) => {
  for (const method of ['GET', 'POST', 'DELETE'] as const) {
    const payload = { params: {}, context: { a: 1 } };
    const answer = await ask({ method, url: '/steps/amocrm_find_contakt', payload });
    isProblem(t, answer, 'UNKNOWN_STEP', { what: method });
    t.equal(answer.body.context.__step_error__, 'AmoCRM: неизвестный тип шага');
    if (method === 'POST') t.equal(answer.body.context.a, 1);
  }
});

t.test('where there is no route, the body does not matter', async (t) => {
  const json = { 'content-type': 'application/json' };
  for (const [what, headers, payload] of [
    ['no JSON', json, '{'],
    ['no body', json, ''],
    ['another media type', { 'content-type': 'text/plain' }, 'x'],
    ['a body that is too large', json, ' '.repeat(1024 * 1024 + 1)],
  ] as const) {
    const unknown = await ask({ method: 'POST', url: '/steps/nope', headers, payload });
    isProblem(t, unknown, 'UNKNOWN_STEP', { what });
    t.strictSame(unknown.body.context, { __step_error__: 'AmoCRM: неизвестный тип шага' }, what);
    isProblem(t, await ask({ method: 'POST', url: '/nope', headers, payload }), 'NOT_FOUND', { what });
    const method = 'PUT' as const;
    isProblem(t, await ask({ method, url: '/steps/amocrm_search', headers, payload }), 'METHOD_NOT_ALLOWED', { what });
  }
});

t.test('an unknown route is 404', async (t) => {
  for (const url of [
    '/nope',
    '/step/amocrm_find_contact',
    '/steps2',
    '/health/nothing',
    '/docs2',
    '/%2e%2e/etc/passwd',
  ]) {
    isProblem(t, await ask({ method: 'GET', url }), 'NOT_FOUND', { what: url });
  }
});

t.test('a URL that cannot be decoded is 400, and the service lives on', async (t) => {
  for (const url of ['/%', '/%zz', '/steps/%ff', '/health?x=%zz']) {
    const answer = await ask({ method: 'GET', url });
    if (url.startsWith('/health')) t.equal(answer.status, 200, 'nobody reads the query');
    else isProblem(t, answer, 'INVALID_REQUEST', { what: url });
  }
});

t.test('a method that a route does not have is 405 with Allow', async (t) => {
  for (const [method, url, allow] of [
    ['GET', '/steps/amocrm_find_contact', 'POST'],
    ['PUT', '/steps/amocrm_find_contact', 'POST'],
    ['PATCH', '/steps/amocrm_find_contact', 'POST'],
    ['DELETE', '/steps/amocrm_find_contact?a=1', 'POST'],
    ['OPTIONS', '/steps/amocrm_find_contact', 'POST'],
    ['POST', '/steps', 'GET, HEAD'],
    ['POST', '/health', 'GET, HEAD'],
    ['DELETE', '/health/live', 'GET, HEAD'],
    ['PUT', '/openapi.json', 'GET, HEAD'],
    ['POST', '/callers/x/callback', 'GET, HEAD, PUT, DELETE'],
    ['PUT', '/jobs/some-id?a=1', 'GET, HEAD'],
    ['GET', '/jobs/some-id/retry', 'POST'],
  ] as const) {
    const answer = await ask({ method, url });
    isProblem(t, answer, 'METHOD_NOT_ALLOWED', { what: `${method} ${url}` });
    t.equal(answer.headers.allow, allow, `${method} ${url}`);
  }
});

t.test('a bug is 500 that gives nothing of the inside away', async (t) => {
  const buggy = await ask({ method: 'POST', url: '/buggy', payload: { context: { a: 1 } } });
  isProblem(t, buggy, 'INTERNAL_ERROR');
  t.strictSame(buggy.body.context, { a: 1, __step_error__: 'AmoCRM поиск контакта: внутренняя ошибка сервиса' });
  t.notMatch(JSON.stringify(buggy), /TypeError|Cannot read|\.ts|at \S+ \(|token/);
  isProblem(t, await ask('/buggier'), 'INTERNAL_ERROR', { what: 'what was thrown is not even an error' });
});

t.test('the steps are listed as they are served', async (t) => {
  const { status, body } = await ask('/steps');
  t.equal(status, 200);
  for (const { type, ...rest } of body.steps) {
    t.strictSame(Object.keys(rest), ['label', 'summary', 'output_var', 'params']);
    const answer = await step(type, { нет: 1 });
    isProblem(t, answer, 'INVALID_REQUEST', { what: type });
    t.equal(answer.body.context.__step_error__, `AmoCRM ${rest.label}: неверные параметры`);
  }
  const listed = body.steps.map(({ type, label, output_var }: Record<string, string>) => [type, label, output_var]);
  t.strictSame(
    listed,
    steps.map(({ type, label, outputVar }) => [type, label, outputVar]),
  );
});

t.test('amoCRM’s refusals keep their codes', async (t) => {
  for (const [kind, code, retryable] of [
    ['garbled', 'AMOCRM_ERROR', false],
    ['payment-required', 'AMOCRM_PAYMENT_REQUIRED', false],
  ] as const) {
    const { step, sandbox } = await startService(t);
    sandbox.faults.add({ action: { kind }, times: Number.POSITIVE_INFINITY });
    const answer = await step('amocrm_find_lead', { query: 'Заявка' }, { context: { a: 1 } });
    isProblem(t, answer, code);
    t.equal(answer.body.retryable, retryable);
    t.equal(answer.body.context.a, 1);
  }
});

t.test('with amoCRM down a step is 503 and may be sent again', async (t) => {
  const { step, sandbox } = await startService(t, { sandbox: { host: ownHost } });
  await sandbox.close();
  const context = { user_telegram_id: 123456789 };
  const answer = await step('amocrm_find_contact', { telegram_id: 123456789 }, { context });
  isProblem(t, answer, 'AMOCRM_UNAVAILABLE');
  t.strictSame(answer.body.context, { ...context, __step_error__: 'AmoCRM поиск контакта: API недоступен' });
  t.equal(answer.body.retryable, true);
  t.match(answer.headers['retry-after'], /^[1-9]\d*$/);
});
