import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { itemsSent, readsOf, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const target = { entity_type: 'leads', entity_id: 67890 };
const addNote = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> =>
  step('amocrm_add_note', { ...target, ...params });

const call = { phone: '+79001234567', duration: 73, source: 'Asterisk' };

/** Each creatable type: what is given, and the params that amoCRM gets. */
const types: [type: string, given: Record<string, unknown>, params: Record<string, unknown>][] = [
  ['common', { note_text: 'Клиент проявил интерес' }, { text: 'Клиент проявил интерес' }],
  [
    'call_in',
    { note_text: 'Перезвонит', note_params: { ...call, uniq: 'u-1', link: 'https://a.example/1.mp3', call_status: 4 } },
    { ...call, uniq: 'u-1', link: 'https://a.example/1.mp3', call_status: 4, call_result: 'Перезвонит' },
  ],
  ['call_out', { note_params: { ...call, duration: '73', uniq: 'u-2' } }, { ...call, uniq: 'u-2' }],
  [
    'service_message',
    { note_text: 'Акт', note_params: { service: 'Бухгалтерия' } },
    { service: 'Бухгалтерия', text: 'Акт' },
  ],
  ['extended_service_message', { note_params: { service: 'Бот', text: 'Долго' } }, { service: 'Бот', text: 'Долго' }],
  ['message_cashier', { note_text: 'Чек', note_params: { status: 'shown' } }, { status: 'shown', text: 'Чек' }],
  [
    'geolocation',
    { note_text: 'Здесь', note_params: { address: 'Москва', longitude: 37.61, latitude: '-55.76' } },
    { address: 'Москва', longitude: '37.61', latitude: '-55.76', text: 'Здесь' },
  ],
  ['sms_in', { note_text: 'Да', note_params: { phone: 79001234567 } }, { phone: '79001234567', text: 'Да' }],
  [
    'sms_out',
    { note_params: { phone: '+79001234567', text: 'Ждём вас' } },
    { phone: '+79001234567', text: 'Ждём вас' },
  ],
  [
    'attachment',
    { note_params: { file_uuid: 'f-1', file_name: 'договор.pdf', version_uuid: 'v-1' } },
    { file_uuid: 'f-1', file_name: 'договор.pdf', version_uuid: 'v-1' },
  ],
];

for (const [note_type, given, params] of types) {
  t.test(`a note of the type ${note_type} is added`, async (t) => {
    const service = await startService(t);
    const { status, body } = await addNote(service, { note_type, ...given });
    t.equal(status, 200);
    t.strictSame(itemsSent(service.sandbox, 'leads/notes'), [{ entity_id: 67890, note_type, params }]);
    const { note_id } = body.result;
    t.strictSame(body.result, { success: true, note_id, note_added: true, ...target });
    t.match(service.sandbox.store.notes.leads.get(note_id), { note_type, entity_id: 67890 });
    t.strictSame(body.context, { note_result: body.result });
  });
}

t.test('a note stands on leads, contacts, companies and customers', async (t) => {
  const service = await startService(t);
  const parents = { leads: 67890, contacts: '12345', companies: 33001, customers: 98001 };
  for (const [entity_type, entity_id] of Object.entries(parents)) {
    const { body } = await service.step('amocrm_add_note', { entity_type, entity_id, note_text: 5 });
    t.match(body.result, { note_added: true, entity_type, entity_id: Number(entity_id) });
    t.match(itemsSent(service.sandbox, `${entity_type}/notes`), [{ note_type: 'common', params: { text: '5' } }]);
  }
});

t.test('the entity type may be in the singular and the text be called text; the answer has the plural', async (t) => {
  const service = await startService(t);
  const parents = { lead: ['leads', 67890], contact: ['contacts', 12345], company: ['companies', 33001] } as const;
  for (const [entity_type, [plural, entity_id]] of Object.entries({ ...parents, customer: ['customers', 98001] })) {
    const { body } = await service.step('amocrm_add_note', { entity_type, entity_id, text: 'Готово' });
    t.match(body.result, { note_added: true, entity_type: plural, entity_id });
    t.match(itemsSent(service.sandbox, `${plural}/notes`), [{ entity_id, params: { text: 'Готово' } }]);
  }
  const answer = await service.step('amocrm_add_note', { entity_type: 'Lead', entity_id: 67890, text: 'Готово' });
  t.strictSame(answer.body.errors, [
    { path: 'params.entity_type', message: 'must be one of contacts, leads, companies, customers (sent: "Lead")' },
  ]);
});

t.test('where amoCRM refuses the text, the fault stands at the name that it was given by', async (t) => {
  const service = await startService(t);
  const errors = [{ code: 'TooLong', path: 'params.text', detail: 'Too long' }];
  const body = { 'validation-errors': [{ request_id: '0', errors }] };
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'status', status: 400, body } });
  const refused = failureOf(await addNote(service, { text: 'a' }));
  t.strictSame(refused, [422, 'AMOCRM_REJECTED', 'params.text']);
});

t.test('a note is a common one unless something else is said', async (t) => {
  const service = await startService(t);
  for (const note of [
    { note_text: 'a' },
    { note_text: 'a', note_type: '' },
    { note_type: null, note_params: { text: 'a' } },
  ]) {
    t.equal((await addNote(service, note)).status, 200, JSON.stringify(note));
  }
  t.match(itemsSent(service.sandbox, 'leads/notes'), Array(3).fill({ note_type: 'common', params: { text: 'a' } }));
});

t.test('a call gets a uniq of its own where none is given, and no link', async (t) => {
  const service = await startService(t);
  for (const note_params of [call, { ...call, uniq: '', link: null }])
    await addNote(service, { note_type: 'call_in', note_params });
  const [first, second] = itemsSent(service.sandbox, 'leads/notes').map(({ params }) => params);
  for (const { uniq, ...rest } of [first, second]) {
    t.match(uniq, /^[0-9a-f]{8}-[0-9a-f-]{27}$/);
    t.strictSame(rest, call);
  }
  t.not(first.uniq, second.uniq);
});

t.test('an entity that does not exist is 404, whether amoCRM would refuse it or not', async (t) => {
  for (const unknownLinks of ['refuse', 'accept'] as const) {
    const service = await startService(t, { sandbox: { unknownLinks } });
    const missing = { leads: 999_999, contacts: 12357, companies: 12345, customers: 5 };
    for (const [entity_type, entity_id] of Object.entries(missing)) {
      const answer = await addNote(service, { entity_type, entity_id, note_text: 'x' });
      t.strictSame(failureOf(answer), [404, 'ENTITY_NOT_FOUND', 'params.entity_id'], `${entity_type} ${entity_id}`);
      t.equal(answer.body.context.__step_error__, 'AmoCRM добавление заметки: объект не найден');
    }
    t.strictSame(writesTo(service.sandbox), []);
  }
});

t.test('amoCRM’s own refusal of the entity is the same 404', async (t) => {
  const service = await startService(t);
  t.equal((await addNote(service, { note_text: 'x' })).status, 200);
  service.sandbox.store.bin('leads', 67890);
  t.strictSame(failureOf(await addNote(service, { note_text: 'x' })), [404, 'ENTITY_NOT_FOUND', 'params.entity_id']);
});

t.test('one shared read checks the entities of concurrent notes', async (t) => {
  const service = await startService(t, { env: { AMO_RATE_LIMIT: '2' } });
  const ids = [67890, 67891, 67892, 67893, 67890];
  const answers = await Promise.all(ids.map((entity_id) => addNote(service, { entity_id, note_text: 'x' })));
  t.ok(answers.every(({ status }) => status === 200));
  t.ok(readsOf(service.sandbox, 'leads').length < ids.length);
  t.equal(new Set(answers.map(({ body }) => body.result.note_id)).size, ids.length);
});

t.test('amoCRM’s refusal comes back in the caller’s names', async (t) => {
  const service = await startService(t);
  const refuse = (path: string) =>
    service.sandbox.faults.add({
      method: 'POST',
      path: '/api/v4/leads/notes',
      action: {
        kind: 'status',
        status: 400,
        body: {
          title: 'Bad Request',
          status: 400,
          detail: 'Request validation failed',
          'validation-errors': [{ request_id: '0', errors: [{ code: 'InvalidType', path, detail: 'No.' }] }],
        },
      },
    });
  const note = { note_type: 'sms_out', note_text: 'x', note_params: { phone: '1' } };
  for (const [path, param] of [
    ['params.text', 'note_text'],
    ['params.phone', 'note_params.phone'],
    ['note_type', 'note_type'],
  ] as const) {
    refuse(path);
    t.strictSame(failureOf(await addNote(service, note)), [422, 'AMOCRM_REJECTED', `params.${param}`]);
  }
});

t.test('the text is given once and not left out', async (t) => {
  const service = await startService(t);
  const both = [
    { note_text: 'a', note_params: { text: 'a' } },
    { note_type: 'sms_in', note_text: 'a', note_params: { phone: '1', text: 'b' } },
  ];
  for (const note of both) {
    const expected = [400, 'INVALID_REQUEST', 'params.note_text', 'params.note_params.text'];
    t.strictSame(failureOf(await addNote(service, note)), expected, JSON.stringify(note));
  }
  const callTwice = await addNote(service, {
    note_type: 'call_in',
    note_text: 'a',
    note_params: { ...call, call_result: 'a' },
  });
  t.strictSame(failureOf(callTwice).slice(2), ['params.note_text', 'params.note_params.call_result']);
  const none = [
    {},
    { note_text: '' },
    { note_params: { text: '' } },
    { note_type: 'service_message', note_params: { service: 'Бот' } },
    { note_type: 'sms_out', note_params: { phone: '1' } },
  ];
  for (const note of none) {
    t.strictSame(
      failureOf(await addNote(service, note)),
      [400, 'INVALID_REQUEST', 'params.note_text'],
      JSON.stringify(note),
    );
  }
  t.strictSame(service.sandbox.requests, [], 'amoCRM is not even asked for the lead');
});

t.test('each type needs its own params, and knows no others', async (t) => {
  const service = await startService(t);
  const params = (...names: string[]) => names.map((name) => `params.note_params.${name}`);
  const geo = { address: 'x', longitude: '37', latitude: '55', text: 'x' };
  const bad: [Record<string, unknown>, string[]][] = [
    [{ note_type: 'call_in', note_text: 'x' }, ['params.note_params']],
    [{ note_type: 'call_in', note_params: {} }, params('phone', 'duration', 'source')],
    [{ note_type: 'call_out', note_params: { ...call, duration: -1 } }, params('duration')],
    [{ note_type: 'call_out', note_params: { ...call, call_status: 8 } }, params('call_status')],
    [{ note_type: 'call_out', note_params: { ...call, text: 'x' } }, params('text')],
    [{ note_type: 'service_message', note_text: 'x', note_params: {} }, params('service')],
    [{ note_type: 'message_cashier', note_text: 'x', note_params: { status: 'paid' } }, params('status')],
    [{ note_type: 'message_cashier', note_text: 'x' }, ['params.note_params']],
    [{ note_type: 'geolocation', note_params: { ...geo, latitude: 'north' } }, params('latitude')],
    [{ note_type: 'geolocation', note_params: { text: 'x' } }, params('address', 'longitude', 'latitude')],
    [{ note_type: 'sms_in', note_text: 'x', note_params: { phone: ' ' } }, params('phone')],
    [{ note_type: 'attachment', note_params: { file_uuid: 'x' } }, params('file_name')],
    [
      { note_type: 'attachment', note_text: 'x', note_params: { file_uuid: 'x', file_name: 'x' } },
      ['params.note_text'],
    ],
    [{ note_text: 'x', note_params: { phone: '1' } }, params('phone')],
  ];
  for (const [note, paths] of bad) {
    const [status, code, ...told] = failureOf(await addNote(service, note));
    t.strictSame([status, code], [400, 'INVALID_REQUEST']);
    t.strictSame(new Set(told), new Set(paths), JSON.stringify(note));
  }
  t.strictSame(service.sandbox.requests, []);
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string][] = [
    [{ entity_type: 'tasks', note_text: 'x' }, 'params.entity_type'],
    [{ entity_type: null, note_text: 'x' }, 'params.entity_type'],
    [{ entity_id: 0, note_text: 'x' }, 'params.entity_id'],
    [{ entity_id: '{new_lead.lead_id', note_text: 'x' }, 'params.entity_id'],
    [{ note_text: ' ' }, 'params.note_text'],
    [{ note_text: { text: 'x' } }, 'params.note_text'],
    [{ note_text: 'x', note_type: 'amomail_message' }, 'params.note_type'],
  ];
  for (const [params, path] of bad) {
    const [status, code, ...told] = failureOf(await addNote(service, params));
    t.strictSame([status, code], [400, 'INVALID_REQUEST'], JSON.stringify(params));
    t.ok(told.includes(path), `${path} is told, not ${told}`);
  }
  t.strictSame(service.sandbox.requests, []);
});
