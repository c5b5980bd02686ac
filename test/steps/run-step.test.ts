import t from 'tap';
import type { ErrorCode } from '../../src/problems/catalogue.ts';
import { isProblem } from '../fixtures/problem.ts';
import { answerOf, startService } from '../fixtures/service.ts';

/** What a step does with its params before it runs, as a step of its own and within a scenario. */

const { app, sandbox, step } = await startService(t);

async function runScenario(type: string, params: unknown, context: object) {
  const payload = { steps: [{ type, params }], context };
  return answerOf(await app.inject({ method: 'POST', url: '/scenarios/run', payload }));
}

const paths = (body: { errors?: { path: string }[] }) => body.errors?.map(({ path }) => path);

t.test('the context comes back to the letter, however its values were read', async (t) => {
  const cases = [
    ['amocrm_create_contact', { name: 'Зоя', tags: '{v}' }, [1, 'VIP']],
    ['amocrm_create_contact', { name: 'Зоя', custom_fields: '{v}' }, { Источник: 'Telegram', Город: '', age: null }],
    ['amocrm_update_contact', { contact_id: 12345, update_data: '{v}' }, { first_name: 7, last_name: '' }],
    [
      'amocrm_add_note',
      { entity_type: 'leads', entity_id: 67890, note_type: 'call_in', note_params: '{v}' },
      { phone: 79001234567, duration: '73', source: 'Asterisk', link: '', uniq: null },
    ],
  ] as const;
  for (const [type, params, v] of cases) {
    const context = { v, other: null, blank: '' };
    const { body } = await step(type, { ...params, output_var: 'done' }, { context });
    const { done, ...kept } = body.context;
    t.match(done, { success: true }, type);
    t.strictSame(kept, context, type);
    const ran = await runScenario(type, { ...params, output_var: 'done' }, context);
    const { done: _, ...keptByScenario } = ran.body.context;
    t.strictSame(keptByScenario, context, `${type} in a scenario`);
  }
});

t.test('a failure gives the context back to the letter too', async (t) => {
  const context = { tags: [1, 2], data: { first_name: 7, last_name: '' } };
  const params = { contact_id: 1, update_data: '{data}', nope: '{tags}' };
  const { body } = await step('amocrm_update_contact', params, { context });
  t.match(paths(body), ['params.nope']);
  const { __step_error__: _, ...kept } = body.context;
  t.strictSame(kept, context);
});

t.test('what can hardly be a phone number is written, with a warning', async (t) => {
  const warnedOf = async (type: string, params: object) => (await step(type, params)).body.warnings;
  const hardly = (place: string, phone: string) => [
    `${place}: "${phone}" is hardly a phone number; it is written as it stands`,
  ];
  t.strictSame(await warnedOf('amocrm_create_contact', { name: 'Зоя', phone: '12' }), hardly('params.phone', '12'));
  t.strictSame(await warnedOf('amocrm_create_contact', { name: 'Зоя', phone: 'нет' }), hardly('params.phone', 'нет'));
  const update_data = { phone: 7 };
  t.strictSame(
    await warnedOf('amocrm_update_contact', { contact_id: 12345, update_data }),
    hardly('params.update_data.phone', '7'),
  );
  t.equal(await warnedOf('amocrm_create_contact', { name: 'Зоя', phone: '112' }), undefined);
  t.equal(await warnedOf('amocrm_find_contact', { phone: '12' }), undefined, 'nothing is written');
});

t.test('where a placeholder has no value, only that is told', async (t) => {
  const before = sandbox.requests.length;
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['amocrm_find_contact', { telegram_id: '{missing}' }, ['telegram_id']],
    ['amocrm_find_contact', { telegram_id: '', phone: '{missing.phone}' }, ['phone']],
    ['amocrm_create_contact', { name: '{missing}' }, ['name']],
    ['amocrm_create_contact', { name: 'Зоя {missing}', tags: ['{missing}'] }, ['name', 'tags[0]']],
    ['amocrm_find_lead', { lead_id: '{missing}' }, ['lead_id']],
    ['amocrm_update_contact', { contact_id: 1, update_data: '{missing}' }, ['update_data']],
    [
      'amocrm_update_contact',
      { contact_id: '{missing}', update_data: { phone: '{missing}' } },
      ['contact_id', 'update_data.phone'],
    ],
    ['amocrm_search', { query: '{missing}', limit: '1{missing}' }, ['query', 'limit']],
    [
      'amocrm_add_note',
      { entity_type: '{missing}', entity_id: '{missing}', note_type: '{missing}', note_params: {} },
      ['entity_type', 'entity_id', 'note_type'],
    ],
  ];
  for (const [type, params, places] of cases) {
    const answer = await step(type, params, { context: {} });
    isProblem(t, answer, 'TEMPLATE_UNRESOLVED', { what: JSON.stringify(params) });
    t.strictSame(
      paths(answer.body),
      places.map((place) => `params.${place}`),
    );
    const ran = await runScenario(type, params, {});
    t.match(ran.body, { code: 'TEMPLATE_UNRESOLVED', status: 422, failed_step: '1' }, JSON.stringify(params));
    t.strictSame(
      paths(ran.body),
      places.map((place) => `steps[0].params.${place}`),
    );
  }
  t.equal(sandbox.requests.length, before);
});

t.test('faults that no value could mend are told beside it', async (t) => {
  const params = { name: '{missing}', telegramid: 1, tags: [{}] };
  const { body } = await step('amocrm_create_contact', params, { context: {} });
  t.equal(body.code, 'TEMPLATE_UNRESOLVED', 'the first of the document speaks');
  t.strictSame(paths(body), ['params.name', 'params.telegramid', 'params.tags[0]']);
});

t.test('params that are no object are a 400, whatever rules the step has', async (t) => {
  for (const type of ['amocrm_link_entities', 'amocrm_add_note', 'amocrm_update_contact', 'amocrm_create_task']) {
    for (const params of ['x', true, [1]]) {
      const payload = { params, context: {} };
      const answer = answerOf(await app.inject({ method: 'POST', url: `/steps/${type}`, payload }));
      isProblem(t, answer, 'INVALID_REQUEST', { what: `${type} ${params}` });
    }
  }
});

t.test('text of the context that looks like a placeholder is a value like any other', async (t) => {
  const { body } = await step('amocrm_find_lead', { lead_id: '{v}' }, { context: { v: '{missing}' } });
  t.match(body, { code: 'INVALID_REQUEST', errors: [{ path: 'params.lead_id', message: 'must be integer' }] });
});

t.test('faults beside the params come together with those of the params', async (t) => {
  const { body } = await step(
    'amocrm_find_lead',
    { lead_id: 'x', nope: 1 },
    { id: {}, type: 'amocrm_search', context: [] },
  );
  t.strictSame(paths(body), ['params.lead_id', 'params.nope', 'id', 'type', 'context']);
});

t.test(
  'a placeholder that is written as it stands is warned of, with a context or without any it is not',
  async (t) => {
    const params = { entity_type: 'leads', entity_id: 67890, note_text: 'Привет, {user_name}!' };
    const { status, body } = await step('amocrm_add_note', params);
    t.equal(status, 200);
    t.strictSame(body.warnings, [
      'params.note_text holds {user_name} as it stands: the request has no context to take its value from',
    ]);
    t.notOk('warnings' in (await step('amocrm_add_note', params, { context: { user_name: 'Иван' } })).body);
    t.notOk('warnings' in (await step('amocrm_add_note', { ...params, note_text: 'Привет {-}' })).body);
    isProblem(t, await step('amocrm_add_note', { ...params, note_text: '{user_name}' }), 'INVALID_REQUEST');
  },
);

t.test('faults of a param given by its alias stand at the alias, whenever they are found', async (t) => {
  const note = { entity_type: 'leads', entity_id: 67890 };
  const cases: [string, Record<string, unknown>, ErrorCode, string[]][] = [
    ['amocrm_add_note', { ...note, text: 'a', note_text: 'b' }, 'INVALID_REQUEST', ['text']],
    ['amocrm_add_note', { ...note, text: [] }, 'INVALID_REQUEST', ['text']],
    ['amocrm_add_note', { ...note, text: '{no.such}' }, 'TEMPLATE_UNRESOLVED', ['text']],
    [
      'amocrm_add_note',
      { ...note, text: 'a', note_params: { text: 'b' } },
      'INVALID_REQUEST',
      ['text', 'note_params.text'],
    ],
    ['amocrm_search', { query: 'a', entity: 'tasks' }, 'INVALID_REQUEST', ['entity']],
    ['amocrm_search', { query: 'a', entity: 'leads', entity_type: 'all' }, 'INVALID_REQUEST', ['entity']],
  ];
  for (const [type, params, code, places] of cases) {
    const answer = await step(type, params, { context: {} });
    isProblem(t, answer, code, { what: JSON.stringify(params) });
    t.strictSame(
      paths(answer.body),
      places.map((place) => `params.${place}`),
    );
    const ran = await runScenario(type, params, {});
    t.equal(ran.body.code, code, JSON.stringify(params));
    t.strictSame(
      paths(ran.body),
      places.map((place) => `steps[0].params.${place}`),
    );
  }
});

t.test('a scenario is not refused for a placeholder that may come to nothing', async (t) => {
  const lead = { name: 'Сделка' };
  const note = { entity_type: 'leads', entity_id: 67890 };
  const cases: [string, Record<string, unknown>][] = [
    ['amocrm_create_lead', { ...lead, status: '{none}', status_id: 1003 }],
    ['amocrm_create_lead', { ...lead, pipeline: "{no.such || ''}", pipeline_id: 1 }],
    ['amocrm_create_lead', { ...lead, responsible_user: '{none}', responsible_user_id: 8000002 }],
    ['amocrm_create_lead_complex', { ...lead, contact_id: 12345, contact: '{none}' }],
    ['amocrm_add_note', { ...note, text: 'Да', note_text: '{none}' }],
    ['amocrm_create_task', { text: 'Да', complete_in: 3600, complete_till: '{none}' }],
    ['amocrm_create_task', { text: 'Да', entity_type: '{none}' }],
    ['amocrm_create_task', { text: 'Да', entity_id: '{none}' }],
    ['amocrm_intake', { phone: '+79001112233', lead: { status: '{none}', status_id: 1003 } }],
    ['amocrm_search', { query: 'Мария', entity: 'lead', entity_type: '{none}' }],
  ];
  for (const [type, params] of cases) {
    const context = { none: '' };
    t.equal((await step(type, params, { context })).status, 200, `${type} ${JSON.stringify(params)}`);
    t.equal((await runScenario(type, params, context)).status, 200, `${type} ${JSON.stringify(params)} in a scenario`);
  }
});

t.test('a scenario is refused for what no value of its placeholders could mend', async (t) => {
  const cases: [string, Record<string, unknown>, string[]][] = [
    ['amocrm_create_lead', { name: '{v}', status: '{v}', status_id: 'x', nope: 1 }, ['status_id', 'nope']],
    ['amocrm_create_lead', { tags: ['{v}', {}], price: '{v}' }, ['tags[1]', 'name']],
    ['amocrm_create_task', { text: '{v}', complete_in: 1, complete_till: 1, duration: '{v}' }, ['complete_in']],
    ['amocrm_intake', { phone: '{v}', lead: { name: '{v}', price: -1 } }, ['lead.price']],
    ['amocrm_find_contact', { phone: '{v}', telegramid: '{v}' }, ['telegramid']],
    [
      'amocrm_intake',
      { phone: '{v}', lead: { nam: 'Да {v}' }, task: { txt: '{v}' } },
      ['lead.nam', 'task.txt', 'task.text'],
    ],
    ['amocrm_list_leads', { 'filter[nope]': '{v}', filter: { id: '{v}' } }, ['filter[nope]']],
  ];
  const before = sandbox.requests.length;
  for (const [type, params, places] of cases) {
    const { status, body } = await runScenario(type, params, { v: '1' });
    t.equal(status, 400);
    t.notOk('failed_step' in body, type);
    t.strictSame(
      paths(body),
      places.map((place) => `steps[0].params.${place}`),
      type,
    );
  }
  t.equal(sandbox.requests.length, before);
});

t.test('a scenario is refused for what a step would refuse without amoCRM, before anything is sent', async (t) => {
  const note = { entity_type: 'lead', entity_id: '{v}' };
  const link = { ...note, to_entity_id: '{v}' };
  const contact = { contact_id: '{v}' };
  const twice = { name: 'Да', update_data: { name: 'Нет' } };
  const phones = ['amocrm_find_contact', 'amocrm_find_or_create_contact', 'amocrm_intake', 'amocrm_find_company'];
  const cases: [string, Record<string, unknown>, string, RegExp][] = [
    ...phones.flatMap((type) =>
      ['нет', '00'].map((phone): (typeof cases)[number] => [type, { phone }, 'phone', /no digits/]),
    ),
    ['amocrm_create_task', { text: '{v}', complete_till: 'завтра' }, 'complete_till', /takes unix seconds/],
    ['amocrm_update_task', { task_id: '{v}', complete_till: '2030-02-30' }, 'complete_till', /no such day/],
    ['amocrm_intake', { phone: '+7{v}', task: { text: 'Да', complete_till: '0' } }, 'task.complete_till', /1970/],
    ['amocrm_link_entities', { ...link, to_entity_type: 'lead' }, 'to_entity_type', /^leads are linked to contacts/],
    ['amocrm_link_entities', { ...link, to_entity_type: 'company', is_main: true }, 'is_main', /^goes with a contact/],
    ['amocrm_unlink_entities', { ...link, to_entity_type: 'catalog_elements' }, 'catalog_id', /list/],
    ['amocrm_add_note', note, 'note_text', /^is required/],
    ['amocrm_add_note', { ...note, note_type: 'sms_in', note_params: { phone: '1' } }, 'note_text', /^is required/],
    [
      'amocrm_create_tag',
      { name: '{v}', color: 'DDEBB5', entity_type: 'contact' },
      'color',
      /^goes with tags of leads/,
    ],
    ['amocrm_update_contact', { ...contact, ...twice }, 'update_data.name', /^is given as name too/],
    ['amocrm_update_company', { company_id: '{v}', ...twice }, 'update_data.name', /^is given as name too/],
    ['amocrm_update_lead', { lead_id: '{v}', status_id: 1, update_data: { status: 'x' } }, 'update_data.status', /too/],
  ];
  const before = sandbox.requests.length;
  for (const [type, params, place, message] of cases) {
    const what = `${type} ${JSON.stringify(params)}`;
    const steps = [
      { type: 'amocrm_create_lead', params: { name: 'Сделка' }, next_step: 2 },
      { type, params },
    ];
    const payload = { steps: steps.map((given, index) => ({ ...given, id: index + 1 })), context: { v: '1' } };
    const ran = answerOf(await app.inject({ method: 'POST', url: '/scenarios/run', payload }));
    isProblem(t, ran, 'INVALID_REQUEST', { what });
    t.match(ran.body.errors, [{ path: `steps[1].params.${place}`, message }], what);
    const answer = await step(type, params, { context: { v: '1' } });
    t.match(answer, { status: 400, body: { errors: [{ path: `params.${place}`, message }] } }, what);
    t.equal(answer.body.errors.length, 1, what);
  }
  t.equal(sandbox.requests.length, before);
});

t.test('what is not known before a scenario runs is judged when its step does', async (t) => {
  const note = { entity_type: 'leads', entity_id: 67890 };
  const link = { ...note, to_entity_id: 12345 };
  const cases: [string, Record<string, unknown>, object][] = [
    ['amocrm_create_task', { text: 'Да', complete_till: '{v}' }, { v: '2030-01-01' }],
    ['amocrm_intake', { phone: '+79001112233', task: { text: 'Да', complete_till: '{v}' } }, { v: 2_000_000_000 }],
    ['amocrm_link_entities', { ...link, entity_type: '{v}', to_entity_type: 'contacts' }, { v: 'lead' }],
    ['amocrm_link_entities', { ...link, to_entity_type: '{v}', is_main: true }, { v: 'contact' }],
    ['amocrm_link_entities', { ...link, to_entity_type: 'contacts', catalog: '{v}' }, { v: '' }],
    ['amocrm_add_note', { ...note, note_params: '{v}' }, { v: { text: 'Да' } }],
    ['amocrm_add_note', { ...note, note_params: { text: '{v}' } }, { v: 'Да' }],
    ['amocrm_add_note', { ...note, text: '{v}', note_params: { text: 'Да' } }, { v: '' }],
    [
      'amocrm_add_note',
      { ...note, note_type: '{v}', note_params: { phone: '1', duration: 1, source: 'x' } },
      { v: 'call_in' },
    ],
    ['amocrm_create_tag', { name: 'Да', color: 'DDEBB5', entity_type: '{v}' }, { v: 'leads' }],
    ['amocrm_create_tag', { name: 'Да', color: '{v}', entity_type: 'contacts' }, { v: '' }],
    [
      'amocrm_update_contact',
      { contact_id: 12345, name: 'Да', update_data: { name: '{v}', last_name: 'Да' } },
      { v: '' },
    ],
    ['amocrm_update_contact', { contact_id: 12345, name: '{v}', update_data: { name: 'Да' } }, { v: '' }],
    ['amocrm_update_contact', { contact_id: 12345, name: 'Да', update_data: '{v}' }, { v: { last_name: 'Да' } }],
  ];
  for (const [type, params, context] of cases) {
    t.equal((await runScenario(type, params, context)).status, 200, `${type} ${JSON.stringify(params)}`);
  }
  const late = await runScenario('amocrm_create_task', { text: 'Да', complete_till: '{v}' }, { v: 'завтра' });
  t.match(late, { status: 400, body: { failed_step: '1', errors: [{ path: 'steps[0].params.complete_till' }] } });
});

t.test('params that stand beside `params` are warned of, a bot’s own keys are not', async (t) => {
  const params = { name: 'Сделка' };
  const { status, body } = await step('amocrm_create_lead', params, { price: 50_000, name: 'Шаг 3', comment: 'наш' });
  t.equal(status, 200);
  t.strictSame(body.warnings, ['Not taken into account: price. Move it into params']);
  const own = { name: 'Шаг 3', comment: 'наш', id: 'lead', next_step: 'note' };
  t.notOk('warnings' in (await step('amocrm_create_lead', params, own)).body);
});
