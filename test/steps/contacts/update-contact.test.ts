import { join } from 'node:path';
import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { fieldIds, heldValues, itemsSent, plantContact, seedFieldMap, writesTo } from '../../fixtures/records.ts';
import { type Answer, answerOf, type Service, startService } from '../../fixtures/service.ts';

const update = (
  { step }: Service,
  contact_id: unknown,
  update_data: unknown,
  more: Record<string, unknown> = {},
  extra: object = {},
): Promise<Answer> => step('amocrm_update_contact', { contact_id, update_data, ...more }, extra);

const phones = ({ sandbox }: Service, id = 12345) => heldValues(sandbox, id, fieldIds.phone);
const patches = ({ sandbox }: Service) => itemsSent(sandbox, 'contacts', 'PATCH');
const notes = ({ sandbox }: Service) => itemsSent(sandbox, 'contacts/notes');

t.test('new values come first, the others are kept, and a note is added', async (t) => {
  const service = await startService(t);
  const { status, body } = await update(service, 12345, {
    phone: '+79009876543',
    email: 'new@example.com',
    notes: 'Обновленная информация',
  });
  t.equal(status, 200);
  t.strictSame(patches(service), [
    {
      id: 12345,
      custom_fields_values: [
        {
          field_code: 'PHONE',
          values: [
            { value: '+79009876543', enum_code: 'WORK' },
            { value: '+7 921 555-12-34', enum_code: 'WORK' },
            { value: '8 (812) 555-01-11', enum_code: 'HOME' },
          ],
        },
        {
          field_code: 'EMAIL',
          values: [
            { value: 'new@example.com', enum_code: 'WORK' },
            { value: 'm.sokolova@liteiny-coffee.example', enum_code: 'WORK' },
          ],
        },
      ],
    },
  ]);
  t.match(notes(service), [{ entity_id: 12345, note_type: 'common', params: { text: 'Обновленная информация' } }]);
  const { result } = body;
  t.match(result, {
    success: true,
    contact_id: 12345,
    updated: true,
    updated_fields: ['phone', 'email', 'notes'],
    note_id: Number,
    contact: { id: 12345, name: 'Мария Соколова', fields: { phone: '+79009876543', email: 'new@example.com' } },
  });
  t.ok(service.sandbox.store.notes.contacts.has(result.note_id));
});

t.test('what is written is what the answer shows', async (t) => {
  const service = await startService(t);
  const changes = { first_name: 'Маша', tags: ['новый'], SOURCE: 'Сайт', DISCOUNT: 5, phone: '+79009876543' };
  const { body } = await update(service, 12345, changes);
  const { body: read } = await update(service, 12345, {});
  const { contact } = body.result;
  t.strictSame(contact.fields, read.result.contact.fields);
  t.match(contact, { first_name: 'Маша', name: 'Маша Соколова', last_name: 'Соколова' });
  t.equal(read.result.contact.name, contact.name);
  t.match(contact._embedded.tags, [{ name: 'VIP' }, { name: 'рассылка' }, { name: 'новый' }]);
});

t.test('the same update again finds nothing to do', async (t) => {
  const service = await startService(t);
  const changes = {
    phone: '+79009876543',
    email: 'new@example.com',
    tags: ['новый'],
    name: 'Мария',
    SOURCE: 'сайт',
    DISCOUNT: '5',
    'Договор от': '2024-12-31T15:00:00+03:00',
    Интересы: ['Видео', 'Сайты'],
    Комментарий: null,
  };
  t.match((await update(service, 12345, changes)).body.result, { updated: true });
  const writes = writesTo(service.sandbox).length;
  const { body } = await update(service, 12345, { ...changes, Интересы: ['Сайты', 'Видео'] });
  t.match(body.result, {
    success: true,
    contact_id: 12345,
    updated: false,
    updated_fields: [],
    contact: { id: 12345 },
  });
  t.notOk('note_id' in body.result);
  t.equal(writesTo(service.sandbox).length, writes);
});

t.test('with nothing to do nothing is sent', async (t) => {
  const service = await startService(t);
  const nothing: unknown[] = [
    {},
    { name: '' },
    { phone: '', notes: '' },
    { tags: [] },
    { tags: ['VIP'] },
    { SOURCE: '' },
  ];
  for (const update_data of [...nothing, { name: 'Мария Соколова' }, { Комментарий: null }]) {
    const { status, body } = await update(service, 12345, update_data);
    t.match(
      { status, ...body.result },
      { status: 200, updated: false, updated_fields: [] },
      JSON.stringify(update_data),
    );
  }
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('only what differs is sent', async (t) => {
  const service = await startService(t);
  const { body } = await update(service, 12345, {
    first_name: 'Мария',
    last_name: 'Петрова',
    POSITION: 'Управляющая',
    SITE: 'https://a.example',
  });
  t.strictSame(patches(service), [
    {
      id: 12345,
      last_name: 'Петрова',
      custom_fields_values: [{ field_id: 123467, values: [{ value: 'https://a.example' }] }],
    },
  ]);
  t.strictSame(body.result.updated_fields, ['last_name', 'SITE']);
});

t.test('another spelling of a phone is moved, not doubled, and stays as it is stored', async (t) => {
  const service = await startService(t);
  const { body } = await update(service, 12345, { phone: '+7 812 555 01 11' });
  t.strictSame(patches(service)[0].custom_fields_values[0].values, [
    { value: '8 (812) 555-01-11', enum_code: 'HOME' },
    { value: '+7 921 555-12-34', enum_code: 'WORK' },
  ]);
  t.match(body.result, { updated_fields: ['phone'], contact: { fields: { phone: '8 (812) 555-01-11' } } });
  t.match((await update(service, 12345, { phone: '88125550111' })).body.result, { updated: false });
});

t.test('another spelling is recognised whatever the field is called', async (t) => {
  for (const map of [
    { tel: { id: 123458, type: 'multitext', code: 'phone' } },
    { phone: { id: 123458, type: 'multiphonemail' } },
  ]) {
    const directory = t.testdir({ 'amo_fields.json': JSON.stringify(map) });
    const service = await startService(t, { env: { AMO_FIELDS_FILE: join(directory, 'amo_fields.json') } });
    const [key = ''] = Object.keys(map);
    await update(service, 12345, { [key]: '+7 812 555 01 11' });
    t.strictSame(phones(service), ['8 (812) 555-01-11', '+7 921 555-12-34'], key);
  }
});

t.test('an e-mail in another case is moved, not doubled', async (t) => {
  const service = await startService(t);
  await update(service, 12345, { email: 'a@example.com' });
  await update(service, 12345, { email: 'M.Sokolova@Liteiny-Coffee.Example' });
  t.strictSame(heldValues(service.sandbox, 12345, fieldIds.email), [
    'm.sokolova@liteiny-coffee.example',
    'a@example.com',
  ]);
});

t.test('one number in two spellings is added once', async (t) => {
  const service = await startService(t);
  await update(service, 12345, { phone: ['+79009876543', '8 900 987-65-43', '8 921 555 12 34', '79215551234'] });
  t.strictSame(phones(service), ['+79009876543', '+7 921 555-12-34', '8 (812) 555-01-11']);
});

t.test('what has no digits is not doubled either', async (t) => {
  const service = await startService(t);
  for (const phone of ['нет телефона', 'Нет телефона', 'нет телефона ']) await update(service, 12345, { phone });
  t.strictSame(phones(service), ['нет телефона', '+7 921 555-12-34', '8 (812) 555-01-11']);
});

t.test('a moved value keeps its kind unless another is asked for', async (t) => {
  const service = await startService(t);
  await update(service, 12345, { phone: { value: '88125550111' } });
  t.strictSame(patches(service)[0].custom_fields_values[0].values[0], {
    value: '8 (812) 555-01-11',
    enum_code: 'HOME',
  });
  await update(service, 12345, { phone: { value: '88125550111', enum_code: 'MOB' } });
  t.strictSame(patches(service)[1].custom_fields_values[0].values[0], { value: '8 (812) 555-01-11', enum_code: 'MOB' });
});

t.test('several new values keep their order', async (t) => {
  const service = await startService(t);
  await update(service, 12345, { phone: ['+79001110001', { value: '+79001110002', enum_code: 'MOB' }] });
  t.strictSame(phones(service), ['+79001110001', '+79001110002', '+7 921 555-12-34', '8 (812) 555-01-11']);
});

t.test('replace drops the other values', async (t) => {
  const service = await startService(t);
  const { body } = await update(service, 12345, { phone: '+79009876543' }, { multi_value: 'replace' });
  t.strictSame(phones(service), ['+79009876543']);
  t.match(body.result, { updated: true, contact: { fields: { phone: '+79009876543' } } });
});

t.test('a field with options is replaced, not added to', async (t) => {
  const service = await startService(t);
  await update(service, 12348, { Интересы: 'Логотипы' });
  t.strictSame(heldValues(service.sandbox, 12348, 123462), ['Логотипы']);
});

t.test('null that a template inserts counts as not given, at any depth, alone and in a scenario', async (t) => {
  const service = await startService(t);
  const u = { SOURCE: null, POSITION: '', name: 'Мария С.', phone: null };
  const context = { u, f: { SOURCE: null }, all: [{ value: '+79009876543', enum_code: null }], list: [null] };
  const cases: [params: object, sent: unknown[]][] = [
    [{ update_data: '{u}' }, [{ id: 12345, name: 'Мария С.' }]],
    [{ update_data: '{f}' }, []],
    [{ custom_fields: '{f}', first_name: 'Маша' }, [{ id: 12345, first_name: 'Маша' }]],
    [
      { update_data: { phone: '{all}' }, multi_value: 'replace' },
      [
        {
          id: 12345,
          custom_fields_values: [{ field_code: 'PHONE', values: [{ value: '+79009876543', enum_code: 'WORK' }] }],
        },
      ],
    ],
  ];
  for (const [params, sent] of cases) {
    for (const isScenario of [false, true]) {
      const { app, sandbox } = await startService(t);
      const given = { type: 'amocrm_update_contact', params: { contact_id: 12345, ...params } };
      const [url, payload] = isScenario
        ? ['/scenarios/run', { steps: [given], context }]
        : [`/steps/${given.type}`, { ...given, context }];
      const answer = answerOf(await app.inject({ method: 'POST', url, payload }));
      t.equal(answer.status, 200, JSON.stringify(answer.body.errors));
      t.strictSame(itemsSent(sandbox, 'contacts', 'PATCH'), sent);
      if (!isScenario) t.strictSame(answer.body.context.u, u, 'the context is the one that was sent');
    }
  }
  for (const key of ['SOURCE', 'phone']) {
    const refused = await update(service, 12345, { [key]: '{list}' }, {}, { context });
    t.equal(refused.status, 422, `[null] is no value of ${key}`);
  }
});

t.test('null clears a custom field', async (t) => {
  const service = await startService(t);
  const { body } = await update(service, 12345, { phone: null, POSITION: null, SOURCE: null });
  t.strictSame(patches(service), [
    {
      id: 12345,
      custom_fields_values: [
        { field_code: 'PHONE', values: null },
        { field_id: 123457, values: null },
        { field_id: 123460, values: null },
      ],
    },
  ]);
  t.match(body.result, { updated: true, updated_fields: ['phone', 'POSITION', 'SOURCE'] });
  t.strictSame(body.result.contact.fields, { email: 'm.sokolova@liteiny-coffee.example' });
  t.strictSame([phones(service), heldValues(service.sandbox, 12345, fieldIds.source)], [[], []]);
});

t.test('"" counts as not given and wipes nothing', async (t) => {
  const service = await startService(t);
  const { body } = await update(service, 12345, { phone: '', name: '', SOURCE: '', tags: '', notes: '', DISCOUNT: 5 });
  t.strictSame(body.result.updated_fields, ['DISCOUNT']);
  t.match(phones(service), ['+7 921 555-12-34', '8 (812) 555-01-11']);
});

t.test('tags are added to those there', async (t) => {
  const service = await startService(t);
  const { body } = await update(service, 12345, { tags: ['VIP', 'бот', 'бот', 'новый'] });
  t.strictSame(patches(service), [{ id: 12345, tags_to_add: [{ name: 'бот' }, { name: 'новый' }] }]);
  const { tags, contacts } = service.sandbox.store;
  const held = contacts.get(12345)?.tags.map((id) => tags.contacts.get(id)?.name);
  t.strictSame(held, ['VIP', 'рассылка', 'бот', 'новый']);
  t.strictSame(body.result.updated_fields, ['tags']);
});

t.test('two updates at once lose neither phone', async (t) => {
  const service = await startService(t);
  const added = ['+79001110001', '+79001110002', '+79001110003'];
  const answers = await Promise.all(added.map((phone) => update(service, 12345, { phone })));
  t.strictSame(
    answers.map(({ status }) => status),
    [200, 200, 200],
  );
  t.strictSame(new Set(phones(service)), new Set([...added, '+7 921 555-12-34', '8 (812) 555-01-11']));
});

t.test('updates of different contacts share one write', async (t) => {
  const service = await startService(t, { env: { AMO_RATE_LIMIT: '2' } });
  const ids = [12345, 12346, 12347, 12348];
  const answers = await Promise.all(ids.map((id) => update(service, id, { SITE: `https://${id}.example` })));
  t.ok(answers.every(({ status }) => status === 200));
  t.ok(writesTo(service.sandbox).length < ids.length);
  for (const id of ids) t.strictSame(heldValues(service.sandbox, id, 123467), [`https://${id}.example`]);
});

t.test('a contact that amoCRM does not show for a moment is there', async (t) => {
  const service = await startService(t);
  const id = plantContact(service.sandbox, {});
  for (const update_data of [{ name: 'x' }, { notes: 'x' }]) {
    service.sandbox.faults.add({ method: 'GET', path: /\/contacts$/, times: 1, action: { kind: 'empty-page' } });
    const { status, body } = await update(service, id, update_data);
    t.equal(status, 200, JSON.stringify(body));
    service.sandbox.faults.clear();
  }
});

t.test('a contact that does not exist is 404, also with notes alone', async (t) => {
  const service = await startService(t);
  for (const update_data of [{ name: 'x' }, { notes: 'x' }, {}, { phone: '+79001110001' }]) {
    for (const id of [999_999, 12357]) {
      const { status, body } = await update(service, id, update_data);
      t.match(
        { status, ...body },
        {
          status: 404,
          code: 'ENTITY_NOT_FOUND',
          errors: [{ path: 'params.contact_id', message: new RegExp(String(id)) }],
          context: { __step_error__: 'AmoCRM обновление контакта: объект не найден' },
        },
      );
    }
  }
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('notes alone add a note and change nothing else', async (t) => {
  const service = await startService(t);
  const { body } = await update(service, '12345', { notes: 5 });
  t.match(body.result, { contact_id: 12345, updated: true, updated_fields: ['notes'], note_id: Number });
  t.match(notes(service), [{ entity_id: 12345, params: { text: '5' } }]);
  t.strictSame(patches(service), []);
});

t.test('notes is a custom field where the file has an entry of that name', async (t) => {
  const map = { ...seedFieldMap, notes: { id: 123461, type: 'textarea' } };
  const directory = t.testdir({ 'amo_fields.json': JSON.stringify(map) });
  const service = await startService(t, { env: { AMO_FIELDS_FILE: join(directory, 'amo_fields.json') } });
  const { body } = await update(service, 12345, { notes: 'Звонить утром' });
  t.strictSame(heldValues(service.sandbox, 12345, fieldIds.comment), ['Звонить утром']);
  t.match(body.result, { updated_fields: ['notes'], contact: { fields: { notes: 'Звонить утром' } } });
  t.notOk('note_id' in body.result);
  t.strictSame(notes(service), []);
});

t.test('notes is a note even if amoCRM has a field of that name', async (t) => {
  const service = await startService(t);
  service.sandbox.store.addField('contacts', { id: 900_001, name: 'notes', type: 'text' });
  await update(service, 12345, { notes: 'Звонить утром' });
  t.equal(notes(service).length, 1);
});

t.test('one field under two names is refused, both named', async (t) => {
  const service = await startService(t);
  const { status, body } = await update(service, 12345, { phone: '+79001110001', ТЕЛЕФОН: '+79001110002' });
  t.strictSame(failureOf({ status, body }), [
    400,
    'INVALID_REQUEST',
    'params.update_data.phone',
    'params.update_data.ТЕЛЕФОН',
  ]);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test(
  'names and values of custom fields are judged before anything is written, a missing contact with them',
  async (t) => {
    const service = await startService(t);
    const faulty = { Скитка: 5, SOURCE: 'Факс', DISCOUNT: '12,5' };
    const paths = Object.keys(faulty).map((key) => `params.update_data.${key}`);
    t.strictSame(failureOf(await update(service, 12345, faulty)), [422, 'UNKNOWN_FIELD', ...paths]);
    const all = ['params.contact_id', ...paths];
    t.strictSame(failureOf(await update(service, 999_999, faulty)), [404, 'ENTITY_NOT_FOUND', ...all]);
    t.strictSame(writesTo(service.sandbox), []);
  },
);

t.test('amoCRM’s refusal comes back in the caller’s names', async (t) => {
  const service = await startService(t);
  const { status, body } = await update(service, 12345, { name: 'x', responsible_user_id: 999, RATING: 5 });
  t.match(
    { status, ...body },
    {
      status: 422,
      code: 'AMOCRM_REJECTED',
      errors: [{ path: 'params.update_data.responsible_user_id' }, { path: 'params.update_data.RATING' }],
      context: { __step_error__: 'AmoCRM обновление контакта: данные не прошли проверку' },
    },
  );
  t.equal(body.errors.length, 2);
  t.notOk('written' in body);
});

t.test('a note that fails after the write tells what was written', async (t) => {
  const service = await startService(t);
  service.sandbox.faults.add({
    method: 'POST',
    path: '/api/v4/contacts/notes',
    action: { kind: 'status', status: 403 },
  });
  const { status, body } = await update(service, 12345, { name: 'Маша', notes: 'x' });
  t.match(
    { status, ...body },
    {
      status: 502,
      code: 'AMOCRM_FORBIDDEN',
      retryable: false,
      written: [{ entity_type: 'contacts', id: 12345 }],
    },
  );
});

t.test('a contact that is deleted between the reading and the write is 404', async (t) => {
  const service = await startService(t);
  const { sandbox } = service;
  sandbox.faults.add({ method: 'PATCH', path: '/api/v4/contacts', action: { kind: 'delay', ms: 30 } });
  const answer = update(service, 12345, { name: 'Маша' });
  while (writesTo(sandbox).length === 0) await new Promise(setImmediate);
  sandbox.store.bin('contacts', 12345);
  const { status, body } = await answer;
  t.strictSame(failureOf({ status, body }), [404, 'ENTITY_NOT_FOUND', 'params.contact_id']);
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [unknown, unknown, string][] = [
    [undefined, {}, 'params.contact_id'],
    [0, {}, 'params.contact_id'],
    ['12a', {}, 'params.contact_id'],
    [12345.5, {}, 'params.contact_id'],
    [true, {}, 'params.contact_id'],
    [12345, undefined, 'params'],
    [12345, null, 'params'],
    [12345, 'name', 'params.update_data'],
    [12345, [], 'params.update_data'],
    [12345, { name: null }, 'params.update_data.name'],
    [12345, { last_name: null }, 'params.update_data.last_name'],
    [12345, { responsible_user_id: null }, 'params.update_data.responsible_user_id'],
    [12345, { responsible_user_id: 'Ольга' }, 'params.update_data.responsible_user_id'],
    [12345, { tags: null }, 'params.update_data.tags'],
    [12345, { tags: ['a', null] }, 'params.update_data.tags[1]'],
    [12345, { name: ' ' }, 'params.update_data.name'],
    [12345, { notes: null }, 'params.update_data.notes'],
    [12345, { notes: '  ' }, 'params.update_data.notes'],
    [12345, { notes: ['x'] }, 'params.update_data.notes'],
  ];
  for (const [id, update_data, path] of bad) {
    const { status, body } = await update(service, id, update_data);
    t.strictSame(failureOf({ status, body }), [400, 'INVALID_REQUEST', path], JSON.stringify([id, update_data]));
  }
  t.match(await update(service, 12345, {}, { multi_value: 'merge' }), { status: 400 });
  t.strictSame(service.sandbox.requests, []);
});

t.test('an update keeps what it does not name', async (t) => {
  const service = await startService(t);
  const id = plantContact(service.sandbox, {
    phones: ['+79001110001'],
    emails: ['a@example.com'],
    telegram: '5',
    comment: 'x',
  });
  const before = structuredClone(service.sandbox.store.contacts.get(id)?.custom_fields_values);
  await update(service, id, { DISCOUNT: 5 });
  const after = service.sandbox.store.contacts.get(id)?.custom_fields_values;
  t.strictSame(after, [...(before ?? []), { field_id: 123466, values: [{ value: '5' }] }]);
});

t.test('a list of very many values is refused before anything is written', async (t) => {
  const { step, sandbox } = await startService(t);
  const phone = Array.from({ length: 251 }, (_, index) => `+7900${1_000_000 + index}`);
  const answer = await step('amocrm_update_contact', { contact_id: 12345, update_data: { phone } });
  t.match(answer, {
    status: 422,
    body: { code: 'INVALID_FIELD_VALUE', errors: [{ path: 'params.update_data.phone' }] },
  });
  t.equal(sandbox.requests.filter(({ method }) => method !== 'GET').length, 0);
});

t.test('the keys of update_data may stand beside it, and a user is known by name', async (t) => {
  const service = await startService(t);
  const { status, body } = await service.step('amocrm_update_contact', {
    contact_id: 12345,
    name: 'Мария',
    phone: '+79009876543',
    responsible_user: 'Ольга Лебедева',
    custom_fields: { Комментарий: 'Ждёт звонка' },
    tags: ['Новый'],
    notes: 'Плоско',
    update_data: { email: 'new@example.com' },
  });
  t.equal(status, 200, JSON.stringify(body));
  t.match(patches(service), [
    { id: 12345, name: 'Мария', responsible_user_id: 8000002, tags_to_add: [{ name: 'Новый' }] },
  ]);
  t.match(notes(service), [{ params: { text: 'Плоско' } }]);
  const keys = ['name', 'responsible_user', 'tags', 'phone', 'Комментарий', 'email', 'notes'];
  t.strictSame(body.result.updated_fields.toSorted(), keys.toSorted());
});

t.test('what is given in both places is refused where it stands in update_data', async (t) => {
  const service = await startService(t);
  const flat = { contact_id: 12345, phone: '+79009876543', responsible_user: 'Ольга Лебедева' };
  const update_data = { phone: '+79009876544', responsible_user_id: 8000002 };
  const { status, body } = await service.step('amocrm_update_contact', { ...flat, update_data });
  t.match({ status, code: body.code }, { status: 400, code: 'INVALID_REQUEST' });
  t.match(body.errors, [
    { path: 'params.update_data.phone', message: 'is given as phone too: give it once' },
    { path: 'params.update_data.responsible_user_id', message: 'is given as responsible_user too: give it once' },
  ]);
  t.strictSame(service.sandbox.requests, []);
});

t.test('a fault of a flat key is told where it stands', async (t) => {
  const service = await startService(t);
  const params = { contact_id: 999_999, responsible_user: 'Никто', custom_fields: { нет: 1 } };
  const { status, body } = await service.step('amocrm_update_contact', params);
  t.equal(status, 404);
  t.match(body.errors, [{ path: 'params.contact_id' }, { path: 'params.custom_fields.нет' }]);
});

t.test('what stands in custom_fields is a custom field, whatever its name is', async (t) => {
  const service = await startService(t);
  for (const [custom_fields, path] of [
    [{ name: 'Другая' }, 'name'],
    [{ responsible_user_id: null }, 'responsible_user_id'],
    [{ tags: 'VIP' }, 'tags'],
    [{ notes: 'Нет' }, 'notes'],
  ] as const) {
    const answer = await service.step('amocrm_update_contact', { contact_id: 12345, custom_fields });
    t.strictSame(failureOf(answer), [422, 'UNKNOWN_FIELD', `params.custom_fields.${path}`]);
  }
  t.strictSame(patches(service), []);
});

t.test('custom fields may stand in custom_fields of their own within update_data', async (t) => {
  const service = await startService(t);
  const custom_fields = { phone: '+79009876543', Комментарий: null, Должность: 'Директор' };
  const { status, body } = await update(service, 12345, { name: 'Мария', custom_fields, notes: 'Да' });
  t.equal(status, 200, JSON.stringify(body));
  t.strictSame(body.result.updated_fields, ['name', 'phone', 'Должность', 'notes']);
  t.match(patches(service), [{ id: 12345, name: 'Мария', custom_fields_values: [{ field_code: 'PHONE' }, {}] }]);
  const at = 'params.update_data.custom_fields';
  const unknown = await update(service, 12345, { custom_fields: { nothing: 1, Источник: 'Нигде' } });
  t.strictSame(failureOf(unknown), [422, 'UNKNOWN_FIELD', `${at}.nothing`, `${at}.Источник`]);
  const twice = await update(service, 12345, { Должность: 'Директор', custom_fields: { Должность: 'Юрист' } });
  t.strictSame(failureOf(twice), [400, 'INVALID_REQUEST', 'params.update_data.Должность', `${at}.Должность`]);
  const flat = await update(
    service,
    12345,
    { custom_fields: { Должность: 'Директор' } },
    { custom_fields: { Должность: 'Юрист' } },
  );
  t.strictSame(failureOf(flat), [400, 'INVALID_REQUEST', `${at}.Должность`, 'params.custom_fields.Должность']);
  for (const nothing of [{}, null, '']) {
    t.match((await update(service, 12345, { custom_fields: nothing })).body.result, { updated: false });
  }
  t.strictSame(failureOf(await update(service, 12345, { custom_fields: 5 })), [422, 'UNKNOWN_FIELD', at]);
});

t.test('a field that is named custom_fields is meant where there is one', async (t) => {
  const service = await startService(t);
  service.sandbox.store.addField('contacts', { id: 900_003, name: 'Custom_Fields', type: 'text' });
  const { status, body } = await update(service, 12345, { custom_fields: 'да' });
  t.equal(status, 200, JSON.stringify(body));
  const object = await update(service, 12345, { custom_fields: { Должность: 'Директор' } });
  t.strictSame(failureOf(object), [422, 'INVALID_FIELD_VALUE', 'params.update_data.custom_fields']);
});
