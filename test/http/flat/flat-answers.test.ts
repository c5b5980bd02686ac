import type { FastifyInstance } from 'fastify';
import t from 'tap';
import { itemsSent } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const form = { 'content-type': 'application/x-www-form-urlencoded' };

function postTo(app: FastifyInstance) {
  return async (path: string, payload: string | object, headers: Record<string, string> = {}) => {
    const answer = await app.inject({ method: 'POST', url: `/steps/${path}`, payload, headers });
    return {
      status: answer.statusCode,
      type: answer.headers['content-type'],
      headers: answer.headers,
      body: answer.json(),
    };
  };
}

const json = 'application/json; charset=utf-8';

t.test('params at the top level, an answer without nesting', async (t) => {
  const { app, sandbox } = await startService(t);
  const post = postTo(app);
  const params = { telegram_id: 123456789, type: 'bot', next_step: 'x', context: { a: 1 } };
  const { status, type, body } = await post('amocrm_find_contact?answer=flat', { ...params, type: undefined });
  t.strictSame({ status, type }, { status: 200, type: json });
  t.match(body, { ok: true, code: '', error: '', detail: '', retryable: false, found: true, count: 1 });
  t.match(body, { matched_by: 'telegram_id', contact_id: 12346, contact_name: 'Иван Петров' });
  t.match(body.contact_phone, /^\+7/);
  t.ok(Object.values(body).every((value) => typeof value !== 'object'));
  const dry = await post('amocrm_create_lead?answer=flat', { name: 'Заявка', dry_run: true });
  t.match(dry.body, { ok: false, code: 'INVALID_REQUEST', detail: /dry_run goes into the address/ });
  const none = await post('amocrm_find_contact?answer=flat', { email: 'nobody@example.com' });
  t.match(none.body, { ok: true, found: false, contact: '', count: 0, matched_by: '' });
  const wrapped = await post('amocrm_search?answer=flat', { params: { query: 'Мария', entity_type: 'all' } });
  t.match(wrapped.body, { ok: true, count: wrapped.body.items_count, items_1_name: /Мария/ });
  t.equal(sandbox.requests.filter(({ method }) => method !== 'GET').length, 0);
});

t.test('of several failures the one is told that the step itself tells', async (t) => {
  const { app, step } = await startService(t);
  const name = 'Порядок';
  for (const params of [
    { custom_fields: { Nope: 1 }, name, status: 'нет' },
    { status: 'нет', name, custom_fields: { Nope: 1 } },
  ]) {
    const { body } = await step('amocrm_create_lead', params);
    const flat = await postTo(app)('amocrm_create_lead?answer=flat', params);
    t.match(flat.body, { ok: false, code: body.code, detail: body.detail });
  }
});

t.test('placeholders are filled in from the context', async (t) => {
  const { app } = await startService(t);
  const body = { telegram_id: '{user.id}', context: { user: { id: 123456789 } } };
  const answer = await postTo(app)('amocrm_find_contact?answer=flat', body);
  t.match(answer.body, { ok: true, contact_id: 12346 });
});

t.test('what was probably not meant so is one more scalar', async (t) => {
  const { app } = await startService(t);
  const body = { entity_type: 'leads', entity_id: '67890', note_text: 'Пришёл #{name}' };
  const { body: warned } = await postTo(app)('amocrm_add_note?answer=flat', body);
  t.match(warned, { ok: true, warning: /^params\.note_text holds \{name\} as it stands/ });
  t.notOk('warning' in (await postTo(app)('amocrm_add_note?answer=flat', { ...body, note_text: 'Пришёл' })).body);
});

t.test('a form: values are text, lists repeated keys, one value a list of one', async (t) => {
  const { app, sandbox } = await startService(t);
  const post = postTo(app);
  const fields = {
    name: 'Заявка',
    price: '5000',
    contact_id: '12345',
    tags: 'VIP',
    'custom_fields[Источник]': 'Telegram',
  };
  const { status, body } = await post('amocrm_create_lead?answer=flat', String(new URLSearchParams(fields)), form);
  t.equal(status, 200);
  t.match(body, { ok: true, lead_id: Number, lead_name: 'Заявка', lead_price: 5000, lead_field_Источник: 'Telegram' });
  const [lead] = itemsSent(sandbox, 'leads');
  t.match(lead, { name: 'Заявка', price: 5000, _embedded: { tags: [{ name: 'VIP' }], contacts: [{ id: 12345 }] } });
  const two = await post('amocrm_add_tags?answer=flat', 'entity_type=leads&entity_id=67890&tags=A&tags=B', form);
  t.match(two.body, { ok: true, tags_count: 2, tags_1: 'A', tags_2: 'B' });
  const note = await post('amocrm_add_note?answer=flat', 'entity_type=lead&entity_id=67890&text=%D0%94%D0%B0', form);
  t.match(note.body, { ok: true, note_id: Number, note_added: true });
  const nested = await post('amocrm_update_contact?answer=flat', 'contact_id=12345&update_data[tags]=C', form);
  t.match(nested.body, { ok: true, updated: true, updated_fields_count: 1, updated_fields_1: 'tags' });
});

t.test('yes and no in a form', async (t) => {
  const { app } = await startService(t);
  const post = postTo(app);
  for (const value of ['true', 'false', '1', '0']) {
    for (const [step, form_] of [
      ['amocrm_list_tasks', `filter[is_completed]=${value}`],
      ['amocrm_find_contact_leads', `contact_id=12345&only_open=${value}`],
    ]) {
      const { body } = await post(`${step}?answer=flat`, String(form_), form);
      t.equal(body.ok, true, `${form_}: ${body.detail}`);
    }
  }
  const { body } = await post('amocrm_list_tasks?answer=flat', 'filter[is_completed]=yes', form);
  t.match(body.detail, /must be one of true, false, 1, 0 \(sent: "yes"\)$/);
});

t.test('whatever the step comes to, the answer is 200 and says so', async (t) => {
  const { app, sandbox } = await startService(t);
  const post = postTo(app);
  const invalid = await post('amocrm_create_lead?answer=flat', { name: 'Заявка', price: 'много' });
  t.equal(invalid.status, 200);
  t.strictSame(invalid.body, {
    ok: false,
    code: 'INVALID_REQUEST',
    error: 'AmoCRM создание сделки: неверные параметры',
    detail: 'params.price must be integer, such as 150000 (sent: "много")',
    retryable: false,
  });
  const broken = await post('amocrm_create_lead?answer=flat', '{"name":', { 'content-type': 'application/json' });
  t.match(broken, { status: 200, type: json, body: { ok: false, code: 'INVALID_REQUEST', detail: /line 1/ } });
  const gone = await post('amocrm_get_lead?answer=flat', { lead_id: 999 });
  t.match(gone, { status: 200, body: { ok: false, code: 'ENTITY_NOT_FOUND' } });
  sandbox.faults.add({ method: 'GET', path: /leads/, times: 9, action: { kind: 'drop' } });
  const away = await post('amocrm_get_lead?answer=flat', { lead_id: 67890 });
  t.match(away, { status: 200, headers: { 'retry-after': /\d+/ }, body: { ok: false, retryable: true } });
  t.strictSame(Object.keys(away.body), ['ok', 'code', 'error', 'detail', 'retryable']);
});

t.test('what is refused before a step begins keeps its status', async (t) => {
  const { app } = await startService(t, { env: { API_KEYS: 'bot=0123456789abcdef,reader:read=fedcba9876543210' } });
  const post = postTo(app);
  const keyed = (key: string, headers = {}) => ({ authorization: `Bearer ${key}`, ...headers });
  const bot = keyed('0123456789abcdef');
  t.match(await post('amocrm_get_lead?answer=flat', {}), { status: 401, body: { code: 'UNAUTHORIZED' } });
  const reader = keyed('fedcba9876543210');
  t.match(await post('amocrm_create_lead?answer=flat', { name: 'a' }, reader), { status: 403 });
  t.match(await post('amocrm_nothing?answer=flat', { name: 'a' }, bot), {
    status: 404,
    body: { code: 'UNKNOWN_STEP' },
  });
  t.match(await post('amocrm_create_lead?answer=flat', 'a', { ...bot, 'content-type': 'text/plain' }), { status: 415 });
  t.match(await post('amocrm_create_lead?answer=flat', { name: 'a'.repeat(2 ** 20) }, bot), { status: 413 });
  t.match(await post('amocrm_create_lead', 'name=a', { ...bot, ...form }), {
    status: 415,
    body: { code: 'UNSUPPORTED_MEDIA_TYPE', detail: /send application\/json/ },
  });
});

t.test('what contradicts a flat answer is a 400', async (t) => {
  const { app } = await startService(t);
  const post = postTo(app);
  const lead = { name: 'Заявка' };
  t.match(await post('amocrm_create_lead?answer=json', lead), { status: 400, body: { detail: /answer is flat/ } });
  t.match(await post('amocrm_create_lead?answer=flat&dry_run=true', lead), {
    status: 400,
    body: { detail: /dry run/ },
  });
  const later = await post('amocrm_create_lead?answer=flat', lead, { prefer: 'respond-async' });
  t.match(later, { status: 400, body: { code: 'INVALID_REQUEST' } });
  const answer = await app.inject({ method: 'POST', url: '/scenarios/run?answer=flat', payload: { steps: [] } });
  t.equal(answer.statusCode, 400);
});

t.test('a key is replayed, flat or not', async (t) => {
  const { app, sandbox } = await startService(t);
  const post = postTo(app);
  const key = { 'idempotency-key': 'k' };
  const first = await post('amocrm_create_lead?answer=flat', { name: 'Заявка' }, key);
  const again = await post('amocrm_create_lead?answer=flat', { name: 'Заявка' }, key);
  t.strictSame(again.body, first.body);
  t.equal(again.headers['idempotency-replayed'], 'true');
  const whole = await post('amocrm_create_lead', { params: { name: 'Заявка' } }, key);
  t.match(whole, { status: 200, body: { success: true, result: { lead_id: first.body.lead_id } } });
  t.equal(itemsSent(sandbox, 'leads').length, 1);
  const other = await post('amocrm_create_lead?answer=flat', { name: 'Другая' }, key);
  t.match(other, { status: 200, body: { ok: false, code: 'IDEMPOTENCY_KEY_REUSED' } });
});

t.test('the step has 25 seconds', async (t) => {
  const own = createUnhurriedClock();
  // A second takes 20 ms.
  const clock = { ...own, now: () => own.now() * 50, after: (ms: number, run: () => void) => own.after(ms / 50, run) };
  const env = { STEP_DEADLINE_MS: '60000', AMO_TIMEOUT_MS: '60000' };
  const { app, sandbox } = await startService(t, { clock, env });
  sandbox.faults.add({ method: 'GET', path: /leads/, times: 99, action: { kind: 'hang' } });
  const flat = await postTo(app)('amocrm_get_lead?answer=flat', { lead_id: 67890 });
  t.match(flat.body, { ok: false, code: 'DEADLINE_EXCEEDED', detail: /25000 ms/ });
});

t.test('a key that reads like a param is refused, others are ignored', async (t) => {
  const { app, sandbox } = await startService(t);
  const post = postTo(app);
  const detailOf = async (type: string, body: object) => (await post(`${type}?answer=flat`, body)).body.detail;
  const lead = { name: 'Заявка', contact_id: 12345 };
  t.match(
    await detailOf('amocrm_create_lead', { ...lead, stauts: 'Договор' }),
    /stauts is not a param; did you mean status/,
  );
  t.match(await detailOf('amocrm_create_lead', { ...lead, 'custom_fields[Бюджет]': '1' }), /is not a param/);
  t.match(await detailOf('amocrm_create_task', { text: 'Звонок', lead_id: 67890 }), /give entity_type "leads"/);
  t.match(await detailOf('amocrm_find_contact', { telegram: 1 }), /did you mean telegram_id/);
  t.equal(sandbox.requests.filter(({ method }) => method !== 'GET').length, 0);
  const many = Object.fromEntries(Array.from({ length: 100 }, (_, index) => [`utm_variable_${index}`, 1]));
  t.match((await post('amocrm_create_lead?answer=flat', { ...lead, ...many })).body, { ok: true });
  const none = await post('amocrm_find_contact?answer=flat', { email: 'nobody@example.com' });
  t.match(none.body, { found: false, contact: '', contact_id: '' });
});

t.test('a misspelt param is refused however many keys of the bot’s own stand before it', async (t) => {
  const { app } = await startService(t);
  const own = Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`zz${index}`, 'x']));
  const { body } = await postTo(app)('amocrm_create_contact?answer=flat', {
    ...own,
    name: 'Мария',
    phon: '79001234567',
  });
  t.match(body, { ok: false, code: 'INVALID_REQUEST', detail: /phon is not a param; did you mean phone/ });
});
