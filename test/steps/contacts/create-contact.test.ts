import { join } from 'node:path';
import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { itemsSent, seedFieldMap, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const create = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> =>
  step('amocrm_create_contact', params);

t.test('a contact is created with everything that was given', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, {
    name: 'Пётр Ильин',
    first_name: 'Пётр',
    last_name: 'Ильин',
    phone: 79991112233,
    email: 'new@example.com',
    custom_fields: { TELEGRAM_ID: 555000, SOURCE: 'telegram' },
    tags: ['бот', 5],
    responsible_user_id: '8000002',
    output_var: 'new_contact',
  });
  t.equal(status, 200);
  const sent = {
    name: 'Пётр Ильин',
    first_name: 'Пётр',
    last_name: 'Ильин',
    responsible_user_id: 8000002,
    _embedded: { tags: [{ name: 'бот' }, { name: '5' }] },
  };
  t.strictSame(itemsSent(service.sandbox, 'contacts'), [
    {
      ...sent,
      custom_fields_values: [
        { field_code: 'PHONE', values: [{ value: '79991112233', enum_code: 'WORK' }] },
        { field_code: 'EMAIL', values: [{ value: 'new@example.com', enum_code: 'WORK' }] },
        { field_id: 123456, values: [{ value: '555000' }] },
        { field_id: 123460, values: [{ enum_id: 1 }] },
      ],
    },
  ]);
  const { output_var, result, context } = body;
  t.match(result, {
    success: true,
    contact_id: Number,
    contact: {
      ...sent,
      id: result.contact_id,
      custom_fields_values: [
        { field_code: 'PHONE', values: [{ value: '79991112233', enum_code: 'WORK' }] },
        { field_code: 'EMAIL', field_type: 'multitext' },
        { field_id: 123456, field_name: 'Telegram ID', field_code: 'TELEGRAM_ID', field_type: 'text' },
        { field_id: 123460, values: [{ enum_id: 1, value: 'Telegram' }] },
      ],
      fields: { phone: '79991112233', email: 'new@example.com', 'Telegram ID': '555000', Источник: 'Telegram' },
    },
  });
  t.notOk('request_id' in result.contact);
  t.strictSame({ output_var, context }, { output_var: 'new_contact', context: { new_contact: result } });
  t.match(service.sandbox.store.contacts.get(result.contact_id), { name: 'Пётр Ильин', responsible_user_id: 8000002 });
});

t.test('any one name is enough', async (t) => {
  const service = await startService(t);
  for (const params of [
    { name: 'Пётр' },
    { first_name: 'Пётр' },
    { last_name: 'Ильин' },
    { name: 5, first_name: '' },
  ]) {
    t.equal((await create(service, params)).status, 200, JSON.stringify(params));
  }
  t.strictSame(itemsSent(service.sandbox, 'contacts'), [
    { name: 'Пётр' },
    { first_name: 'Пётр' },
    { last_name: 'Ильин' },
    { name: '5' },
  ]);
});

t.test('phone and email are short cuts, also as keys of custom_fields, with a map or without', async (t) => {
  const directory = t.testdir({ 'amo_fields.json': JSON.stringify(seedFieldMap) });
  const mapped = await startService(t, { env: { AMO_FIELDS_FILE: join(directory, 'amo_fields.json') } });
  const bare = await startService(t);
  const ways = [
    { phone: '+79991112233', email: 'a@example.com' },
    { custom_fields: { phone: '+79991112233', email: 'a@example.com' } },
    { custom_fields: { PHONE: '+79991112233', ' Email ': 'a@example.com' } },
  ];
  for (const service of [mapped, bare]) {
    for (const way of ways) t.equal((await create(service, { name: 'Пётр', ...way })).status, 200);
    for (const [index] of ways.entries()) {
      const values = [[{ value: '+79991112233', enum_code: 'WORK' }], [{ value: 'a@example.com', enum_code: 'WORK' }]];
      t.match(
        itemsSent(service.sandbox, 'contacts')[index].custom_fields_values,
        values.map((list) => ({ values: list })),
      );
    }
    t.strictSame(
      [...service.sandbox.store.contacts.values()]
        .slice(-3)
        .map(({ custom_fields_values }) => custom_fields_values.map(({ field_id }) => field_id)),
      [
        [123458, 123459],
        [123458, 123459],
        [123458, 123459],
      ],
    );
  }
});

t.test('the same field given twice is refused, both named', async (t) => {
  const directory = t.testdir({
    'amo_fields.json': JSON.stringify({
      tel: { id: 123458, type: 'multitext', code: 'PHONE' },
      // The file need not know that this is the field EMAIL.
      mail: { id: 123459, type: 'multitext' },
    }),
  });
  const mapped = await startService(t, { env: { AMO_FIELDS_FILE: join(directory, 'amo_fields.json') } });
  const twice: [Record<string, unknown>, string[]][] = [
    [{ phone: '1', custom_fields: { phone: '2' } }, ['phone', 'custom_fields.phone']],
    [{ phone: '1', custom_fields: { PHONE: '1' } }, ['phone', 'custom_fields.PHONE']],
    [{ email: 'a@b.c', custom_fields: { Email: 'a@b.c' } }, ['email', 'custom_fields.Email']],
    [{ phone: '1', custom_fields: { Телефон: '2' } }, ['phone', 'custom_fields.Телефон']],
    [{ custom_fields: { SOURCE: 'Сайт', Источник: 'Telegram' } }, ['custom_fields.SOURCE', 'custom_fields.Источник']],
    [
      { custom_fields: { '123466': 1, DISCOUNT: 2, Скидка: 3 } },
      ['custom_fields.123466', 'custom_fields.DISCOUNT', 'custom_fields.Скидка'],
    ],
  ];
  const inMap: [Record<string, unknown>, string[]][] = [
    [{ phone: '1', custom_fields: { tel: '2' } }, ['phone', 'custom_fields.tel']],
    [{ email: 'a@b.c', custom_fields: { mail: 'd@e.f' } }, ['email', 'custom_fields.mail']],
    [{ custom_fields: { tel: '1', '123458': '2' } }, ['custom_fields.123458', 'custom_fields.tel']],
  ];
  for (const [service, cases] of [
    [await startService(t), twice],
    [mapped, [...twice.slice(0, 3), ...inMap]],
  ] as const) {
    for (const [params, paths] of cases) {
      const { status, body } = await create(service, { name: 'Пётр', ...params });
      t.match({ status, code: body.code }, { status: 400, code: 'INVALID_REQUEST' }, JSON.stringify(params));
      t.strictSame(
        body.errors.map(({ path }: { path: string }) => path),
        paths.map((path) => `params.${path}`),
      );
    }
    t.strictSame(writesTo(service.sandbox), []);
  }
});

t.test('one that is given twice but left empty once is not twice', async (t) => {
  const service = await startService(t);
  const { status } = await create(service, {
    name: 'Пётр',
    phone: '+79991112233',
    custom_fields: { phone: '', PHONE: null },
  });
  t.equal(status, 200);
});

t.test('amoCRM’s refusal comes back in the caller’s names', async (t) => {
  const service = await startService(t);
  const { status, body } = await create(service, {
    name: 'Пётр',
    custom_fields: { SOURCE: 'Сайт', RATING: 5 },
    responsible_user_id: 999,
  });
  t.match(
    { status, ...body },
    {
      status: 422,
      code: 'AMOCRM_REJECTED',
      retryable: false,
      errors: [
        { path: 'params.custom_fields.RATING', message: /NotSupportedChoice/ },
        { path: 'params.responsible_user_id', message: /NotSupportedChoice/ },
      ],
      context: { __step_error__: 'AmoCRM создание контакта: данные не прошли проверку' },
    },
  );
  t.equal(body.errors.length, 2);
});

t.test('a refusal of one value of a list names its place', async (t) => {
  const map = {
    email: {
      id: 123459,
      type: 'multitext',
      code: 'EMAIL',
      enums: [
        { id: 13, value: 'WORK' },
        { id: 99, value: 'GONE' },
      ],
    },
  };
  const directory = t.testdir({ 'amo_fields.json': JSON.stringify(map) });
  const service = await startService(t, { env: { AMO_FIELDS_FILE: join(directory, 'amo_fields.json') } });
  const email = ['a@example.com', { value: 'b@example.com', enum_code: 'GONE' }];
  const { body } = await create(service, { name: 'Пётр', custom_fields: { email } });
  t.match(body, { code: 'AMOCRM_REJECTED', errors: [{ path: 'params.custom_fields.email[1]' }] });
});

t.test('one refused contact does not spoil those that were sent with it', async (t) => {
  const service = await startService(t, { env: { AMO_RATE_LIMIT: '2' } });
  const bad = { name: 'Плохой', responsible_user_id: 999 };
  const answers = await Promise.all(
    [{ name: 'Первый' }, { name: 'Второй' }, bad, { name: 'Третий' }].map((params) => create(service, params)),
  );
  t.strictSame(
    answers.map(({ status }) => status),
    [200, 200, 422, 200],
  );
  const names = ['Первый', 'Второй', 'Третий'];
  const made = service.sandbox.store.contacts.values().filter(({ name }) => names.includes(name));
  t.equal(made.length, 3, 'each once');
});

t.test('a field of the file that amoCRM does not have is refused in the caller’s name', async (t) => {
  const directory = t.testdir({ 'amo_fields.json': JSON.stringify({ shoe: { id: 999_999, type: 'numeric' } }) });
  const service = await startService(t, { env: { AMO_FIELDS_FILE: join(directory, 'amo_fields.json') } });
  const { status, body } = await create(service, { name: 'Пётр', custom_fields: { shoe: 43 } });
  t.strictSame(failureOf({ status, body }), [422, 'AMOCRM_REJECTED', 'params.custom_fields.shoe']);
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string][] = [
    [{}, 'params'],
    [{ phone: '+79991112233' }, 'params'],
    [{ name: '' }, 'params'],
    [{ name: ' ' }, 'params.name'],
    [{ name: { first: 'Пётр' } }, 'params.name'],
    [{ name: 'x'.repeat(256) }, 'params.name'],
    [{ name: 'Пётр', email: 5 }, 'params.email'],
    [{ name: 'Пётр', tags: 'VIP' }, 'params.tags'],
    [{ name: 'Пётр', tags: ['VIP', ''] }, 'params.tags[1]'],
    [{ name: 'Пётр', custom_fields: [] }, 'params.custom_fields'],
    [{ name: 'Пётр', responsible_user_id: 0 }, 'params.responsible_user_id'],
  ];
  for (const [params, path] of bad) {
    const { status, body } = await create(service, params);
    t.strictSame(failureOf({ status, body }), [400, 'INVALID_REQUEST', path], JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});
