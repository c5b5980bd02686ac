import t from 'tap';
import type { RequestRecord } from '../../src/sandbox/sandbox.ts';
import { steps } from '../../src/steps/index.ts';
import { operations } from '../contract/document.ts';
import { wholeBodies } from '../contract/whole-bodies.ts';
import { dryRun } from '../fixtures/dry-run.ts';
import { failureOf } from '../fixtures/failure.ts';
import { fieldIds, plantContact, resetAccount, writesTo } from '../fixtures/records.ts';
import { startService } from '../fixtures/service.ts';
import { createUnhurriedClock } from '../fixtures/unhurried-clock.ts';

t.setTimeout(180_000);
const service = await startService(t, { clock: createUnhurriedClock(1), sandbox: { filterAddon: true } });
const { sandbox, step } = service;
const first = Number.MAX_SAFE_INTEGER;

t.beforeEach(() => resetAccount(sandbox));

t.test('a create shows the request with its fields, and what their names came to', async (t) => {
  const params = { name: 'Зоя', phone: '+79051112233', custom_fields: { Источник: 'telegram', telegram_id: 42 } };
  const { status, body } = await dryRun(service, 'amocrm_create_contact', { params, context: { user: 1 } });
  t.equal(status, 200);
  const [option] = sandbox.store.fields.contacts.get(fieldIds.source)?.enums ?? [];
  const sent = {
    name: 'Зоя',
    custom_fields_values: [
      { field_code: 'PHONE', values: [{ value: '+79051112233', enum_code: 'WORK' }] },
      { field_id: fieldIds.source, values: [{ enum_id: option?.id }] },
      { field_id: fieldIds.telegram, values: [{ value: '42' }] },
    ],
    request_id: '0',
  };
  const { contact } = body.result;
  t.strictSame(body, {
    success: true,
    dry_run: true,
    output_var: 'created_contact',
    result: { success: true, contact_id: first, contact },
    requests: [{ method: 'POST', path: '/api/v4/contacts', body: [sent], shares_call: true }],
    resolved: {
      'params.phone': { code: 'PHONE', name: 'phone' },
      'params.custom_fields.Источник': {
        id: fieldIds.source,
        code: 'SOURCE',
        name: 'Источник',
        options: [{ id: option?.id, name: 'Telegram' }],
      },
      'params.custom_fields.telegram_id': { id: fieldIds.telegram, code: 'TELEGRAM_ID', name: 'Telegram ID' },
    },
    reads: 1,
  });
  t.match(contact, { id: first, name: 'Зоя', fields: { Источник: 'Telegram' } });
  t.strictSame(writesTo(sandbox), []);
});

t.test('a step that only reads shows what it finds and no request', async (t) => {
  const { status, body } = await dryRun(service, 'amocrm_find_contact', { params: { telegram_id: '123456789' } });
  t.equal(status, 200);
  t.match(body, { dry_run: true, output_var: 'contact', result: { found: true, contact: { id: 12346 } } });
  t.strictSame(body.requests, []);
  t.notOk('context' in body);
});

t.test('an update shows what would be sent beside what the contact has, or that nothing is left to do', async (t) => {
  const contact_id = plantContact(sandbox, { name: 'Инна', phones: ['+79050000001'] });
  const update = (update_data: object) =>
    dryRun(service, 'amocrm_update_contact', { params: { contact_id, update_data } });
  const { body } = await update({ phone: '+79050000002', notes: 'Звонила' });
  t.match(body.requests, [
    {
      method: 'PATCH',
      path: '/api/v4/contacts',
      body: [
        {
          id: contact_id,
          custom_fields_values: [{ values: [{ value: '+79050000002' }, { value: '+79050000001' }] }],
          request_id: '0',
        },
      ],
    },
    { method: 'POST', path: '/api/v4/contacts/notes', body: [{ entity_id: contact_id, params: { text: 'Звонила' } }] },
  ]);
  t.match(body.result, { updated: true, updated_fields: ['phone', 'notes'], note_id: first });
  const nothing = await update({ phone: '8 905 000-00-01', name: 'Инна' });
  t.strictSame([nothing.body.requests, nothing.body.result.updated], [[], false]);
  t.strictSame(writesTo(sandbox), []);
});

t.test('find-or-create looks, and shows the create only where nothing is found', async (t) => {
  const params = { telegram_id: '123456789', name: 'Иван Петров' };
  const found = await dryRun(service, 'amocrm_find_or_create_contact', { params });
  t.match(found.body, { result: { found: true, created: false, contact_id: 12346 }, requests: [] });
  const stranger = { ...params, telegram_id: '5550001' };
  const absent = await dryRun(service, 'amocrm_find_or_create_contact', { params: stranger });
  t.match(absent.body, { result: { found: false, created: true, contact_id: first } });
  t.match(absent.body.requests, [{ method: 'POST', path: '/api/v4/contacts', body: [{ name: 'Иван Петров' }] }]);
  t.ok(absent.body.reads >= 2, 'the search and the newest');
});

t.test('faults that are found before a write are real', async (t) => {
  const fail = async (type: string, params: object, extra: object = {}) => {
    const answer = await dryRun(service, type, { params, ...extra });
    t.equal(answer.body.written, undefined);
    return failureOf(answer);
  };
  t.strictSame(
    await fail('amocrm_create_contact', { name: 'Зоя', custom_fields: { Источн: 'Сайт', Источник: 'Тел' } }),
    [422, 'UNKNOWN_FIELD', 'params.custom_fields.Источн', 'params.custom_fields.Источник'],
  );
  t.strictSame(await fail('amocrm_create_lead', { name: 'Заявка', contact_id: 999_999 }), [
    404,
    'ENTITY_NOT_FOUND',
    'params.contact_id',
  ]);
  t.strictSame(await fail('amocrm_create_lead', { name: 'Заявка', prise: 5 }), [
    400,
    'INVALID_REQUEST',
    'params.prise',
  ]);
  t.strictSame(await fail('amocrm_create_lead', { name: '{user}' }, { context: {} }), [
    422,
    'TEMPLATE_UNRESOLVED',
    'params.name',
  ]);
  t.strictSame(writesTo(sandbox), []);
});

t.test('amoCRM’s own validation is not run', async (t) => {
  const params = { name: 'Заявка', pipeline_id: 999, status_id: 999 };
  t.equal((await dryRun(service, 'amocrm_create_lead', { params })).status, 200);
  t.strictSame(failureOf(await step('amocrm_create_lead', params)).slice(0, 2), [422, 'AMOCRM_REJECTED']);
});

t.test('dry_run=false is a run', async (t) => {
  const payload = { params: { name: 'Заявка' } };
  const answer = await service.app.inject({ method: 'POST', url: '/steps/amocrm_create_lead?dry_run=false', payload });
  t.match(answer.json(), { success: true, context: {} });
  t.notOk('dry_run' in answer.json());
  t.equal(writesTo(sandbox).length, 1);
});

type Json = ReturnType<typeof JSON.parse>;

/** Made anew in each run. */
const withoutChance = (body: unknown) => JSON.parse(JSON.stringify(body).replaceAll(/"uniq":"[^"]*"/g, '"uniq":""'));

/** The calls of a run, and the answer of its dry run with the ids that the run has got for what was made up. */
function compared(answer: Json, run: readonly RequestRecord[]): { sent: Json; shown: Json } {
  const writes = run.filter(({ method }) => method !== 'GET');
  const made = writes.flatMap(({ stored = [] }) => stored);
  const ids = new Map(made.map((id, index) => [first - index, id]));
  return {
    sent: withoutChance(writes.map(({ method, path, body }) => ({ method, path, body }))),
    shown: withoutChance(JSON.parse(JSON.stringify(answer), (_key, value) => ids.get(value) ?? value)),
  };
}

const callsOf = (requests: { shares_call: boolean }[]) => requests.map(({ shares_call: _, ...call }) => call);

for (const { type, effects } of steps) {
  const { body: schema = {} } = operations.find(({ path }) => path === `/steps/${type}`) ?? {};

  t.test(`${type}: a run sends what its dry run has shown`, async (t) => {
    for (const body of wholeBodies(schema)) {
      const what = JSON.stringify(body.params);
      const before = sandbox.requests.length;
      const dry = await dryRun(service, type, body);
      t.equal(dry.status, 200, what, { answer: dry.body });
      const asked = sandbox.requests.slice(before);
      t.ok(
        asked.every(({ method }) => method === 'GET'),
        `${what} only reads`,
      );
      t.equal(dry.body.reads, asked.length, `${what}: the reads that it tells`);

      const { params, ...extra } = body;
      const real = await step(type, params, extra);
      t.equal(real.status, 200, what, { answer: real.body });
      const { sent, shown } = compared(dry.body, sandbox.requests.slice(before + asked.length));
      t.strictSame(callsOf(shown.requests), sent, what);
      t.strictSame(Object.keys(shown.result), Object.keys(real.body.result), `${what}: the same members`);
      if (effects === 'reads') t.strictSame(shown.requests, [], what);
    }
  });
}

t.test('a dialogue by names alone sends what its dry run has shown', async (t) => {
  const lead = { entity_type: 'lead', entity_id: '{intake.lead_id}' };
  const lead_id = '{intake.lead_id}';
  const dialogue = [
    {
      type: 'amocrm_intake',
      params: {
        phone: '{phone}',
        name: 'Зоя',
        lead: { name: 'Заявка' },
        note_text: 'Из бота',
        task: { text: 'Позвонить' },
      },
    },
    { type: 'amocrm_move_lead', params: { lead_id, status: 'Переговоры' } },
    { type: 'amocrm_create_task', params: { ...lead, text: 'Договор', task_type: 'call' } },
    { type: 'amocrm_add_note', params: { ...lead, note_text: 'Думает' } },
    { type: 'amocrm_add_tags', params: { ...lead, tags: ['VIP'] } },
    { type: 'amocrm_move_lead', params: { lead_id, status: 'lost', loss_reason: 'Дорого' } },
    { type: 'amocrm_get_lead_card', params: { lead_id } },
  ];
  const list = dialogue.map((one, index) => ({ id: index, next_step: index + 1, ...one }));
  const payload = { steps: [...list, { id: list.length, type: 'end' }], context: { phone: '+79050009988' } };
  const dry = await dryRun(service, undefined, payload);
  t.equal(dry.status, 200, JSON.stringify(dry.body));
  t.strictSame(writesTo(sandbox), []);
  const before = sandbox.requests.length;
  const real = await service.app.inject({ method: 'POST', url: '/scenarios/run', payload });
  t.equal(real.statusCode, 200, real.body);
  const { sent, shown } = compared(dry.body, sandbox.requests.slice(before));
  t.equal(sent.length, 9);
  t.strictSame(callsOf(shown.steps.flatMap(({ requests }: Json) => requests)), sent);
  t.strictSame(
    shown.steps.map(({ type }: Json) => type),
    real.json().steps.map(({ type }: Json) => type),
  );
});
