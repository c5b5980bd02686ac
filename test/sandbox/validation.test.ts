import t from 'tap';
import { CODECS } from '../../src/sandbox/fields/codecs.ts';
import type { Kind } from '../../src/sandbox/store/models.ts';
import { open } from './open.ts';

const field = (id: number, ...values: unknown[]) => ({ field_id: id, values });

t.test('a refusal has the documented envelope', async (t) => {
  const { call } = await open(t);
  const { status, type, json } = await call('POST', '/api/v4/contacts', [
    { name: 'годен' },
    { custom_fields_values: [field(9, { value: 'x' })], request_id: 'mine' },
    { name: 5 },
  ]);
  t.equal(status, 400);
  t.equal(type, 'application/problem+json');
  t.strictSame(json, {
    title: 'Bad Request',
    type: 'https://httpstatus.es/400',
    status: 400,
    detail: 'Request validation failed',
    'validation-errors': [
      {
        request_id: 'mine',
        errors: [
          {
            code: 'NotSupportedChoice',
            path: 'custom_fields_values.0.field_id',
            detail: 'The value you selected is not a valid choice.',
          },
        ],
      },
      {
        request_id: '2',
        errors: [{ code: 'InvalidType', path: 'name', detail: 'This value should be of type string.' }],
      },
    ],
  });
});

t.test('one bad item refuses the whole batch and nothing is stored', async (t) => {
  const { call, sandbox } = await open(t);
  const before = sandbox.store.contacts.size;
  const { status } = await call('POST', '/api/v4/contacts', [
    { name: 'годен', tags_to_add: [{ name: 'след' }] },
    { x: 1 },
  ]);
  t.equal(status, 400);
  t.equal(sandbox.store.contacts.size, before);
  t.notOk([...sandbox.store.tags.contacts.values()].some(({ name }) => name === 'след'));
  const patch = [
    { id: 12345, name: 'нет' },
    { id: 12346, responsible_user_id: 1 },
  ];
  t.equal((await call('PATCH', '/api/v4/contacts', patch)).status, 400);
  t.equal(sandbox.store.contacts.get(12345)?.name, 'Мария Соколова');
});

t.test('bodies that are empty, malformed, too long or of another shape', async (t) => {
  const { call, refusals } = await open(t);
  const answer = async (body: unknown) => {
    const { status, json } = await call('POST', '/api/v4/contacts', body);
    return [status, json.detail];
  };
  for (const body of ['', [], {}, null]) t.strictSame(await answer(body), [400, 'Request data can not be empty']);
  t.strictSame(await answer('[{"name":'), [400, 'Syntax error']);
  const many = (count: number) => Array.from({ length: count }, () => ({}));
  t.strictSame(await answer(many(251)), [422, 'Limit 250 per page']);
  t.equal((await call('POST', '/api/v4/contacts', many(250))).status, 200);
  t.strictSame(await refusals('POST', '/api/v4/contacts', { name: 'x' }), ['InvalidType ']);
  t.strictSame(await refusals('POST', '/api/v4/contacts', ['x', null]), ['InvalidType ', 'InvalidType ']);
});

const ITEMS: [path: string, item: object, refusals: string[]][] = [
  ['contacts', { nmae: 'x', id: 5 }, ['FieldNotExpected nmae', 'FieldNotExpected id']],
  ['contacts', { name: null, first_name: 1 }, ['NotNullable name', 'InvalidType first_name']],
  ['contacts', { is_deleted: false }, ['FieldNotExpected is_deleted']],
  [
    'contacts',
    { responsible_user_id: 1, created_by: 2 },
    ['NotSupportedChoice responsible_user_id', 'NotSupportedChoice created_by'],
  ],
  ['contacts', { responsible_user_id: '8000001' }, ['InvalidType responsible_user_id']],
  ['contacts', { responsible_user_id: 0 }, ['NotSupportedChoice responsible_user_id']],
  ['contacts', { created_at: '2024-01-01' }, ['InvalidType created_at']],
  ['contacts', { tags_to_add: 'x' }, ['InvalidType tags_to_add']],
  ['contacts', { _embedded: { nonsense: [] } }, ['FieldNotExpected _embedded.nonsense']],
  [
    'contacts',
    { _embedded: { tags: [{ name: 'x', request_id: '1' }] } },
    ['FieldNotExpected _embedded.tags.0.request_id'],
  ],
  ['leads', { price: '100' }, ['InvalidType price']],
  ['leads', { price: null, status_id: '142' }, ['NotNullable price', 'InvalidType status_id']],
  ['companies', { first_name: 'x' }, ['FieldNotExpected first_name']],
  ['contacts', { custom_fields_values: {} }, ['InvalidType custom_fields_values']],
  [
    'contacts',
    { custom_fields_values: [{ values: [{ value: 'x' }] }] },
    ['FieldMissing custom_fields_values.0.field_id'],
  ],
  [
    'contacts',
    { custom_fields_values: [{ field_code: 'NOPE', values: [{ value: 'x' }] }] },
    ['NotSupportedChoice custom_fields_values.0.field_code'],
  ],
  [
    'contacts',
    { custom_fields_values: [{ field_id: '123456', values: [{ value: 'x' }] }] },
    ['InvalidType custom_fields_values.0.field_id'],
  ],
  ['contacts', { custom_fields_values: [{ field_id: 123456 }] }, ['FieldMissing custom_fields_values.0.values']],
  ['contacts', { custom_fields_values: [field(123456)] }, ['InvalidType custom_fields_values.0.values']],
  [
    'contacts',
    { custom_fields_values: [{ ...field(123456, { value: 'x' }), extra: 1 }] },
    ['FieldNotExpected custom_fields_values.0.extra'],
  ],
  [
    'contacts',
    { custom_fields_values: [field(123475, { value: '5' })] },
    ['NotSupportedChoice custom_fields_values.0.field_id'],
  ],
];

t.test('items are checked key by key', async (t) => {
  const { refusals } = await open(t);
  for (const [path, item, expected] of ITEMS) {
    t.strictSame(
      (await refusals('POST', `/api/v4/${path}`, [item])).sort(),
      [...expected].sort(),
      JSON.stringify(item),
    );
  }
});

t.test('a field named by code with a null id is found, and its name is tolerated', async (t) => {
  const { call } = await open(t);
  const sent = [{ field_id: null, field_code: 'TELEGRAM_ID', field_name: 'Telegram ID', values: [{ value: '5' }] }];
  t.equal((await call('POST', '/api/v4/contacts', [{ custom_fields_values: sent }])).status, 200);
});

/** kind, field, values as sent, values as read back (where they differ). */
const ACCEPTED: [kind: Kind, id: number, sent: object[], read?: object[]][] = [
  ['contacts', 123456, [{ value: '42' }]],
  ['contacts', 123461, [{ value: 'две\nстроки' }]],
  ['contacts', 123473, [{ value: 'ул. Мира, 1' }]],
  ['contacts', 123467, [{ value: 'https://example.com' }]],
  ['leads', 223504, [{ value: 'telegram' }]],
  ['contacts', 123466, [{ value: '1.5' }]],
  ['contacts', 123466, [{ value: 15 }], [{ value: '15' }]],
  ['contacts', 123474, [{ value: 1000 }], [{ value: '1000' }]],
  ['contacts', 123463, [{ value: false }]],
  ['contacts', 123460, [{ value: 'Сайт' }], [{ value: 'Сайт', enum_id: 3, enum_code: 'SITE' }]],
  ['contacts', 123460, [{ enum_id: 2 }], [{ value: 'Instagram', enum_id: 2, enum_code: 'INSTAGRAM' }]],
  ['contacts', 123460, [{ enum_code: 'SITE' }], [{ value: 'Сайт', enum_id: 3, enum_code: 'SITE' }]],
  ['contacts', 123470, [{ enum_id: 61, enum_code: null }], [{ value: 'Мужской', enum_id: 61, enum_code: 'MALE' }]],
  [
    'contacts',
    123462,
    [{ value: 'Видео' }, { enum_id: 51 }],
    [
      { value: 'Логотипы', enum_id: 51, enum_code: null },
      { value: 'Видео', enum_id: 54, enum_code: null },
    ],
  ],
  ['contacts', 123458, [{ value: '8 900' }], [{ value: '8 900', enum_id: 1, enum_code: 'WORK' }]],
  [
    'contacts',
    123458,
    [
      { value: '1', enum_code: 'MOB' },
      { value: '2', enum_id: 5 },
    ],
    [
      { value: '1', enum_id: 3, enum_code: 'MOB' },
      { value: '2', enum_id: 5, enum_code: 'HOME' },
    ],
  ],
  [
    'companies',
    323459,
    [{ value: 'a@b.example', enum_code: 'PRIV' }],
    [{ value: 'a@b.example', enum_id: 44, enum_code: 'PRIV' }],
  ],
  ['contacts', 123468, [{ value: 1577836800 }]],
  ['contacts', 123468, [{ value: '2020-01-01T00:00:00+00:00' }], [{ value: 1577836800 }]],
  ['contacts', 123469, [{ value: 1577836800 }], [{ value: 1577826000 }]],
  ['contacts', 123464, [{ value: '2020-01-01T23:59:59+03:00' }], [{ value: 1577826000 }]],
  [
    'contacts',
    123465,
    [
      { value: 'Москва', enum_code: 'city' },
      { value: 'RU', enum_id: 6 },
    ],
    [
      { value: 'Москва', enum_id: 3, enum_code: 'city' },
      { value: 'RU', enum_id: 6, enum_code: 'country' },
    ],
  ],
  ['contacts', 123471, [{ value: { name: 'ООО', entity_type: 2, vat_id: '77' } }]],
  ['contacts', 123472, [{ value: { file_uuid: 'u', version_uuid: 'v', file_name: 'a.pdf', file_size: 5 } }]],
  ['leads', 223474, [{ catalog_id: 1, catalog_element_id: 2 }]],
];

t.test('every type of custom field is written and read back in its form', async (t) => {
  const { call } = await open(t);
  for (const [kind, id, sent, read = sent] of ACCEPTED) {
    const made = await call('POST', `/api/v4/${kind}`, [{ custom_fields_values: [field(id, ...sent)] }]);
    const created = made.json._embedded?.[kind][0].id;
    const { json } = await call('GET', `/api/v4/${kind}/${created}`);
    t.strictSame(json?.custom_fields_values[0].values, read, `${kind} ${id} ${JSON.stringify(sent)} ${made.text}`);
  }
});

const AT = 'custom_fields_values.0.values';
const REFUSED: [kind: Kind, id: number, values: unknown[], refusals: string[]][] = [
  ['contacts', 123456, [{ value: 42 }], [`InvalidType ${AT}.0.value`]],
  ['contacts', 123456, [{ value: null }], [`NotNullable ${AT}.0.value`]],
  ['contacts', 123456, [{}], [`FieldMissing ${AT}.0.value`]],
  ['contacts', 123456, ['42'], [`InvalidType ${AT}.0`]],
  ['contacts', 123456, [{ value: 'x', enum_code: null }], [`FieldNotExpected ${AT}.0.enum_code`]],
  ['contacts', 123456, [{ value: 'x' }, { value: 'y' }], [`FieldNotExpected ${AT}.1`]],
  ['contacts', 123466, [{ value: '12,5' }], [`InvalidType ${AT}.0.value`]],
  ['contacts', 123463, [{ value: 1 }], [`InvalidType ${AT}.0.value`]],
  ['contacts', 123460, [{ value: 'Теле' }], [`NotSupportedChoice ${AT}.0.value`]],
  ['contacts', 123460, [{ value: 'telegram' }], [`NotSupportedChoice ${AT}.0.value`]],
  ['contacts', 123460, [{ enum_id: 71 }], [`NotSupportedChoice ${AT}.0.enum_id`]],
  ['contacts', 123460, [{ enum_code: 'VK' }], [`NotSupportedChoice ${AT}.0.enum_code`]],
  ['contacts', 123460, [{}], [`FieldMissing ${AT}.0.value`]],
  ['contacts', 123462, [{ value: 'Видео' }, { value: 'Кино' }], [`NotSupportedChoice ${AT}.1.value`]],
  ['contacts', 123458, [{ value: '1', enum_code: 'MOBILE' }], [`NotSupportedChoice ${AT}.0.enum_code`]],
  ['contacts', 123458, [{ enum_code: 'WORK' }], [`FieldMissing ${AT}.0.value`]],
  ['contacts', 123469, [{ value: '2020-01-01' }], [`InvalidType ${AT}.0.value`]],
  ['contacts', 123469, [{ value: 1.5 }], [`InvalidType ${AT}.0.value`]],
  ['contacts', 123465, [{ value: 'x', enum_code: 'street' }], [`NotSupportedChoice ${AT}.0.enum_code`]],
  ['contacts', 123471, [{ value: { entity_type: 2 } }], [`FieldMissing ${AT}.0.value.name`]],
  ['contacts', 123471, [{ value: { name: 'x', inn: '1' } }], [`FieldNotExpected ${AT}.0.value.inn`]],
  ['contacts', 123472, [{ value: { file_name: 'x' } }], [`FieldMissing ${AT}.0.value.file_uuid`]],
  [
    'leads',
    223474,
    [{ value: 1 }],
    [`FieldMissing ${AT}.0.catalog_id`, `FieldMissing ${AT}.0.catalog_element_id`, `FieldNotExpected ${AT}.0.value`],
  ],
];

t.test('values that do not fit their type are refused with their path', async (t) => {
  const { refusals } = await open(t);
  for (const [kind, id, values, expected] of REFUSED) {
    const found = await refusals('POST', `/api/v4/${kind}`, [{ custom_fields_values: [field(id, ...values)] }]);
    t.strictSame(found.sort(), expected.sort(), `${id} ${JSON.stringify(values)}`);
  }
});

t.test('catalog types have their forms too', async (t) => {
  const { sandbox, call } = await open(t);
  const samples = {
    items: { value: { sku: '1', quantity: 2, unit_price: 10.5, discount: { type: 'amount', value: 1 } } },
    linked_entity: { value: { name: 'x', entity_id: 1, entity_type: 'contacts', catalog_id: null } },
    payer: { value: { name: 'ООО', vat_id: '7' } },
    supplier: { value: { entity_id: 5 } },
    price: { value: '12' },
  };
  for (const [type, sample] of Object.entries(samples)) {
    const { id } = sandbox.store.addField('contacts', { name: type, type });
    const made = await call('POST', '/api/v4/contacts', [{ custom_fields_values: [field(id, sample)] }]);
    t.equal(made.status, 200, `${type} ${made.text}`);
  }
});

t.test('the seed has a field of every type that its kind may have', async (t) => {
  const { sandbox } = await open(t);
  const catalogOnly = ['price', 'category', 'items', 'linked_entity', 'payer', 'supplier'];
  const missing = (kind: Kind, absent: string[]) => {
    const present = new Set([...sandbox.store.fields[kind].values()].map(({ type }) => type));
    return Object.keys(CODECS).filter(
      (type) => !present.has(type) && !catalogOnly.includes(type) && !absent.includes(type),
    );
  };
  t.strictSame(missing('contacts', ['tracking_data', 'chained_list']), []);
  t.strictSame(missing('leads', ['multitext']), []);
  t.strictSame(missing('companies', ['tracking_data', 'chained_list']).sort(), []);
});

t.test('null clears a field and leaves the others', async (t) => {
  const { call } = await open(t);
  const change = { custom_fields_values: [{ field_code: 'PHONE', values: null }] };
  t.equal((await call('PATCH', '/api/v4/contacts/12346', change)).status, 200);
  const { json } = await call('GET', '/api/v4/contacts/12346');
  const codes = json.custom_fields_values.map(({ field_code }: { field_code: string }) => field_code);
  t.strictSame(codes, ['TELEGRAM_ID', 'EMAIL', 'SOURCE']);
});

t.test('field definitions are listed in pages of fifty with totals', async (t) => {
  const { call, sandbox } = await open(t);
  for (let index = 0; index < 90; index += 1)
    sandbox.store.addField('contacts', { name: `Поле ${index}`, type: 'text' });
  const total = sandbox.store.fields.contacts.size;
  const first = await call('GET', '/api/v4/contacts/custom_fields?limit=250');
  t.match(first.json, { _total_items: total, _page: 1, _page_count: 3 });
  t.equal(first.json._embedded.custom_fields.length, 50);
  t.match(first.json._links, { next: { href: /page=2/ }, last: { href: /page=3/ } });
  const last = await call('GET', '/api/v4/contacts/custom_fields?page=3');
  t.equal(last.json._embedded.custom_fields.length, total - 100);
  t.notOk('next' in last.json._links);
  t.equal((await call('GET', '/api/v4/contacts/custom_fields?page=4')).status, 204);
  const dates = await call('GET', '/api/v4/contacts/custom_fields?filter[type][0]=date');
  t.equal(dates.json._total_items, 1);
});

t.test('field definitions are made, changed and deleted', async (t) => {
  const { call, refusals } = await open(t);
  const made = await call('POST', '/api/v4/leads/custom_fields', [
    {
      name: 'Цвет',
      type: 'select',
      code: 'COLOR',
      enums: [
        { value: 'Красный', sort: 1 },
        { value: 'Синий', sort: 2 },
      ],
    },
  ]);
  t.equal(made.status, 201);
  const [color] = made.json._embedded.custom_fields;
  t.match(color, { name: 'Цвет', code: 'COLOR', request_id: '0', enums: [{ value: 'Красный' }, { value: 'Синий' }] });
  const [red] = color.enums;
  const changed = await call('PATCH', `/api/v4/leads/custom_fields/${color.id}`, {
    enums: [{ id: red.id, value: 'Алый' }, { value: 'Белый' }],
  });
  t.equal(changed.status, 201);
  t.match(changed.json.enums, [{ id: red.id, value: 'Алый' }, { value: 'Белый' }]);
  t.equal((await call('DELETE', `/api/v4/leads/custom_fields/${color.id}`)).status, 204);
  t.match(await call('GET', `/api/v4/leads/custom_fields/${color.id}`), {
    status: 404,
    json: { detail: 'Custom field not found' },
  });
  t.strictSame(
    await refusals('POST', '/api/v4/contacts/custom_fields', [
      { type: 'text' },
      { name: 'x', type: 'multitext' },
      { name: 'x', type: 'select' },
      { name: 'x', type: 'select', enums: [{ value: 'а' }, { value: 'б', sort: 2 }] },
      { name: 'x', type: 'monetary' },
    ]),
    [
      'FieldMissing name',
      'NotSupportedChoice type',
      'FieldMissing enums',
      'FieldMissing enums.0.sort',
      'FieldMissing currency',
    ],
  );
});
