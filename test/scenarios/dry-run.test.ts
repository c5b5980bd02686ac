import t from 'tap';
import { exampleDryAnswer, exampleScenario } from '../../src/http/reference/scenario-example.ts';
import { dryRun } from '../fixtures/dry-run.ts';
import { resetAccount, writesTo } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';

const service = await startService(t);
const { app, sandbox } = service;
const first = Number.MAX_SAFE_INTEGER;

t.beforeEach(() => resetAccount(sandbox));
t.afterEach(async () => t.strictSame(writesTo(sandbox), [], 'nothing was written'));

const run = (payload: object) => dryRun(service, undefined, payload);

/** A person, a lead and a note, each referring to what the step before has made. */
const intake = [
  {
    id: 'who',
    type: 'amocrm_find_or_create_contact',
    params: { telegram_id: '{telegram_id}', name: '{name}', output_var: 'contact' },
  },
  {
    id: 'lead',
    type: 'amocrm_create_lead',
    params: { name: 'Заявка: {name}', contact_id: '{contact.contact_id}', output_var: 'lead' },
  },
  {
    id: 'note',
    type: 'amocrm_add_note',
    params: { entity_type: 'leads', entity_id: '{lead.lead_id}', note_text: 'Заявка из бота' },
  },
  {
    id: 'more',
    type: 'amocrm_update_contact',
    params: { contact_id: '{contact.contact_id}', update_data: { phone: '+79050000001', tags: ['Бот'] } },
  },
  {
    id: 'again',
    type: 'amocrm_update_contact',
    params: { contact_id: '{contact.contact_id}', update_data: { phone: '+79050000002', tags: ['Бот'] } },
  },
];
const steps = intake.map((step, index) => ({ ...step, next_step: intake[index + 1]?.id }));

t.test('later steps refer to what would have been made', async (t) => {
  const before = sandbox.requests.length;
  const { status, body } = await run({ scenario_id: 7, steps, context: { telegram_id: 5_550_001, name: 'Зоя' } });
  t.equal(status, 200, JSON.stringify(body));
  t.match(body, { success: true, dry_run: true, scenario_id: 7, reads: sandbox.requests.length - before });
  t.strictSame(Object.keys(body), ['success', 'dry_run', 'scenario_id', 'steps', 'reads'], 'no context');
  const [who, lead, note, more, again] = body.steps;
  t.match(who, {
    status: 'ok',
    result: { contact_id: first, created: true },
    resolved: { 'params.telegram_id': { name: 'Telegram ID' } },
  });
  const call = (path: string, item: object, method = 'POST') => [{ method, path: `/api/v4/${path}`, body: [item] }];
  t.match(who.requests, call('contacts', { name: 'Зоя' }));
  t.match(lead.requests, call('leads', { name: 'Заявка: Зоя', _embedded: { contacts: [{ id: first }] } }));
  t.match(note.requests, call('leads/notes', { entity_id: first - 1, params: { text: 'Заявка из бота' } }));
  t.match(note.result, { note_id: first - 2 });
  const phones = (...numbers: string[]) => [{ values: numbers.map((value) => ({ value })) }];
  t.match(
    more.requests,
    call(
      'contacts',
      { id: first, custom_fields_values: phones('+79050000001'), tags_to_add: [{ name: 'Бот' }] },
      'PATCH',
    ),
  );
  const both = phones('+79050000002', '+79050000001');
  t.match(again.requests, call('contacts', { id: first, custom_fields_values: both }, 'PATCH'));
  t.notOk('tags_to_add' in again.requests[0].body[0], 'the tag would be there');
});

t.test('a new lead goes through a funnel by names', async (t) => {
  const lead_id = '{created_lead.lead_id}';
  const list = [
    { type: 'amocrm_create_lead', params: { name: 'Заявка' } },
    { type: 'amocrm_move_lead', params: { lead_id, status: 'Переговоры' } },
    { type: 'amocrm_update_lead', params: { lead_id, status: 'lost', loss_reason: 'Дорого', price: 10 } },
    { type: 'amocrm_find_lead', params: { lead_id } },
  ];
  const { status, body } = await run({
    steps: list.map((step, index) => ({ ...step, next_step: list[index + 1] && index + 2 })),
    context: {},
  });
  t.equal(status, 200, JSON.stringify(body));
  const [, moved, lost, found] = body.steps;
  const [
    {
      body: [move],
    },
  ] = moved.requests;
  t.match(move, { id: first, pipeline_id: Number, status_id: moved.resolved['params.status'].id });
  t.match(moved.resolved, { 'params.status': { name: 'Переговоры' } });
  t.match(lost.requests[0].body[0], { id: first, pipeline_id: move.pipeline_id, status_id: 143, price: 10 });
  t.match(lost.resolved, { 'params.status': { id: 143 }, 'params.loss_reason': { name: 'Дорого' } });
  t.match(found, {
    requests: [],
    result: { found: true, lead: { id: first, name: 'Заявка', price: 10, status_id: 143 } },
  });
});

t.test('a new lead stands in the first stage of its pipeline, as amoCRM would put it', async (t) => {
  const move = {
    type: 'amocrm_move_lead',
    params: { lead_id: '{intake.lead_id}', status: 'Первичный контакт', output_var: 'm' },
  };
  const list = [
    { type: 'amocrm_intake', params: { telegram_id: '5550077', name: 'Зоя', lead: { pipeline: 'Продажи' } } },
    move,
    { type: 'amocrm_update_lead', params: { lead_id: '{intake.lead_id}', status: 'Первичный контакт' } },
  ];
  const { status, body } = await run({
    steps: list.map((step, index) => ({ ...step, next_step: list[index + 1] && index + 2 })),
    context: {},
  });
  t.equal(status, 200, JSON.stringify(body));
  const place = { pipeline_id: 1, status_id: 1002 };
  t.match(body.steps[1], { requests: [], result: { moved: false, ...place, previous: place } });
  t.match(body.steps[2], { requests: [], result: { updated: false, lead: place } });
});

t.test('later steps tell which step would have made what they refer to', async (t) => {
  const lead_id = '{l.lead_id}';
  const list = [
    { id: 'c', type: 'amocrm_create_contact', params: { name: 'Зоя', output_var: 'c' } },
    { id: 'l', type: 'amocrm_create_lead', params: { name: 'Заявка', contact_id: '{c.contact_id}', output_var: 'l' } },
    {
      id: 'note',
      type: 'amocrm_add_note',
      params: { entity_type: 'lead', entity_id: lead_id, text: 'Да {l.lead_id}' },
    },
    { id: 'move', type: 'amocrm_move_lead', params: { lead_id, status: 'Переговоры' } },
    { type: 'amocrm_create_task', params: { entity_type: 'leads', entity_id: lead_id, text: 'Позвонить' } },
    { id: 'find', type: 'amocrm_list_leads', params: { filter: { 'filter[id]': '{l.lead_id}' } } },
    {
      id: 'field',
      type: 'amocrm_update_lead',
      params: { lead_id: 67890, custom_fields: { BUDGET: '{c.contact_id}' } },
    },
    { id: 'stranger', type: 'amocrm_find_lead', params: { lead_id: 67890 } },
  ].map((step, index, all) => ({ ...step, next_step: all[index + 1] && (all[index + 1]?.id ?? index + 2) }));
  const { status, body } = await run({ steps: list, context: {} });
  t.equal(status, 200, JSON.stringify(body));
  const contact = { id: first, step: 'c' };
  const lead = { id: first - 1, step: 'l' };
  const resolved = body.steps.map((step: { resolved: object }) => step.resolved);
  t.strictSame(resolved.slice(0, 3), [{}, { 'params.contact_id': contact }, { 'params.entity_id': lead }]);
  t.match(resolved[3], { 'params.lead_id': lead, 'params.status': { name: 'Переговоры' } });
  t.strictSame(resolved[4], { 'params.entity_id': lead }, 'a step without an id');
  t.strictSame(resolved[5], { 'params.filter.filter[id]': lead }, 'in the caller’s spelling');
  t.match(resolved[6], { 'params.custom_fields.BUDGET': { name: String, step: 'c' } }, 'beside what the name came to');
  t.strictSame(resolved[7], {});
});

t.test('nothing is linked to what would have been made, and amoCRM is not asked', async (t) => {
  const list = [
    { id: 1, type: 'amocrm_create_lead', params: { name: 'Заявка' }, next_step: 2 },
    {
      id: 2,
      type: 'amocrm_unlink_entities',
      params: { entity_type: 'leads', entity_id: first, to_entity_type: 'contacts', to_entity_id: 12345 },
    },
  ];
  const before = sandbox.requests.length;
  const { status, body } = await run({ steps: list });
  t.equal(status, 200, JSON.stringify(body));
  t.match(body.steps[1], { requests: [], result: { unlinked: false } });
  t.notOk(sandbox.requests.slice(before).some(({ path, query }) => `${path} ${query}`.includes(String(first))));
});

t.test('branches follow what is read', async (t) => {
  const branch = async (user_telegram_id: string) => {
    const { status, body } = await run({ ...exampleScenario, context: { user_telegram_id, user_name: 'Иван' } });
    t.equal(status, 200, JSON.stringify(body));
    return body.steps.map(({ id }: { id: string }) => id);
  };
  t.strictSame(await branch('123456789'), ['find_contact', 'check_contact', 'create_lead', 'add_note']);
  t.strictSame(await branch('5550001'), ['find_contact', 'check_contact', 'create_contact', 'create_lead', 'add_note']);
});

t.test('the answer of the documentation is what the service gives', async (t) => {
  const { body } = await run(exampleScenario);
  const inShort = ({ reads, steps, ...answer }: typeof exampleDryAnswer) => ({
    ...answer,
    reads: typeof reads,
    steps: steps.map(({ duration_ms: _, ...step }) => ({
      ...step,
      result: 'result' in step && Object.keys(step.result),
    })),
  });
  // Whom the search of the account's seed finds.
  const found = JSON.parse(JSON.stringify(body).replaceAll('12346', '12345'));
  t.strictSame(inShort(found), inShort(exampleDryAnswer));
});

t.test('a failure tells the step, and nothing of what was made up', async (t) => {
  const context = { telegram_id: 5_550_001, name: 'Зоя' };
  const broken = { ...intake[2], params: { entity_type: 'contacts', entity_id: 999_999, note_text: 'Да' } };
  const { status, body } = await run({ steps: [...steps.slice(0, 2), broken], context });
  t.equal(status, 404);
  t.match(body, { code: 'ENTITY_NOT_FOUND', failed_step: 'note' });
  t.strictSame(
    body.steps.map((step: object) => Object.keys(step)),
    [1, 2, 3].map(() => ['id', 'type', 'status', 'duration_ms']),
  );
  t.strictSame(body.context, { ...context, __step_error__: body.context.__step_error__ });
  t.equal(body.written, undefined);
});

t.test('an id that was made up for one list is unknown in another', async (t) => {
  const strange = {
    type: 'amocrm_add_note',
    params: { entity_type: 'leads', entity_id: '{contact.contact_id}', note_text: 'Да' },
  };
  const { body } = await run({
    steps: [
      { ...steps[0], next_step: 2 },
      { ...strange, id: 2 },
    ],
    context: { telegram_id: 5_550_001, name: 'Зоя' },
  });
  t.match(body, { code: 'ENTITY_NOT_FOUND', errors: [{ path: 'steps[1].params.entity_id' }] });
});

t.test('the answer is bounded', async (t) => {
  const note_text = 'а'.repeat(15_000);
  const step = { id: 'a', next_step: 'a', type: 'amocrm_add_note' };
  const params = { entity_type: 'leads', entity_id: 67890, note_text };
  const { status, body } = await run({ steps: [{ ...step, params }] });
  t.equal(status, 422);
  t.match(body, { code: 'CONTEXT_TOO_LARGE', failed_step: 'a', detail: /the answer of step \d+/ });
  const ended: string[] = body.steps.map((report: { status: string }) => report.status);
  t.ok(ended.length < 200, 'before the loop ends by itself');
  t.equal(ended.indexOf('failed'), ended.length - 1, 'each step is told once');
});

t.test('made-up ids are unknown to later requests', async (t) => {
  await run({ steps, context: { telegram_id: 5_550_001, name: 'Зоя' } });
  const payload = { params: { name: 'Заявка', contact_id: first } };
  const answer = await app.inject({ method: 'POST', url: '/steps/amocrm_create_lead', payload });
  t.match(answer.json(), { code: 'ENTITY_NOT_FOUND' });
});
