import fc from 'fast-check';
import t from 'tap';
import { encode, fieldOf, optionsOf, readBack, refusalOf } from '../../fixtures/fields.ts';

fc.configureGlobal({ seed: 20_261_123 });

const someText = fc.string({ minLength: 1 });
const neverTaken = [true, false, null, [], {}, ['text'], { value: 'text' }];

t.test('text fields take strings and numbers and send strings', async (t) => {
  for (const type of ['text', 'textarea', 'url', 'streetaddress', 'tracking_data']) {
    const field = fieldOf(type);
    t.strictSame(encode(field, 'Северный ветер'), [{ value: 'Северный ветер' }]);
    t.strictSame(encode(field, 12.5), [{ value: '12.5' }]);
    t.strictSame(encode(field, ' два\nряда '), [{ value: ' два\nряда ' }], 'as it was given');
    for (const value of [...neverTaken, '']) {
      t.match(refusalOf(field, value), { code: 'INVALID_FIELD_VALUE', place: [] }, JSON.stringify(value));
    }
  }
});

t.test('every text reads back', async () => {
  fc.assert(fc.property(someText, (text) => readBack(fieldOf('textarea'), text) === text));
  fc.assert(fc.property(fc.integer(), (number) => readBack(fieldOf('text'), number) === String(number)));
});

t.test('multitext without options is one text', async (t) => {
  const field = fieldOf('multitext');
  t.strictSame(encode(field, 'раз\nдва'), [{ value: 'раз\nдва' }]);
  for (const value of neverTaken) t.match(refusalOf(field, value), { code: 'INVALID_FIELD_VALUE' });
});

t.test('phones and e-mails take one value, a value with its kind, or a list', async (t) => {
  const field = fieldOf('multitext', { code: 'PHONE', options: optionsOf('WORK', 'WORKDD', 'MOB') });
  t.strictSame(encode(field, '+7 900'), [{ value: '+7 900', enum_code: 'WORK' }]);
  t.strictSame(encode(field, 79001234567), [{ value: '79001234567', enum_code: 'WORK' }]);
  t.strictSame(encode(field, { value: '+7 900', enum_code: ' mob ' }), [{ value: '+7 900', enum_code: 'MOB' }]);
  t.strictSame(encode(field, { value: 7900 }), [{ value: '7900', enum_code: 'WORK' }]);
  t.strictSame(encode(field, ['1', { value: '2', enum_code: 'MOB' }]), [
    { value: '1', enum_code: 'WORK' },
    { value: '2', enum_code: 'MOB' },
  ]);
});

t.test('a kind that the field does not have is unknown, with the kinds listed', async (t) => {
  const field = fieldOf('multitext', { code: 'PHONE', options: optionsOf('WORK', 'MOB') });
  const refusal = refusalOf(field, ['1', { value: '2', enum_code: 'CAR' }]);
  t.match(refusal, { code: 'UNKNOWN_OPTION', place: [1], message: /"CAR".*WORK, MOB/ });
});

t.test('what phones and e-mails cannot be is refused, in lists with its place', async (t) => {
  const field = fieldOf('multitext', { code: 'EMAIL', options: optionsOf('WORK', 'PRIV') });
  for (const value of [true, null, '', [], {}, { value: '' }, { value: null }, { enum_code: 'WORK' }]) {
    t.match(refusalOf(field, value), { code: 'INVALID_FIELD_VALUE', place: [] }, JSON.stringify(value));
  }
  for (const entry of [true, null, '', [], {}, { value: 'a', kind: 'WORK' }, { value: 'a', enum_code: 5 }]) {
    t.match(refusalOf(field, ['a', entry]), { code: 'INVALID_FIELD_VALUE', place: [1] }, JSON.stringify(entry));
  }
});

t.test('phone and e-mail have their usual kinds where no options are known', async (t) => {
  const phone = fieldOf('multitext', { alias: 'phone' });
  t.strictSame(encode(phone, { value: '1', enum_code: 'HOME' }), [{ value: '1', enum_code: 'HOME' }]);
  const email = fieldOf('multitext', { code: 'EMAIL' });
  t.strictSame(encode(email, { value: 'a', enum_code: 'PRIV' }), [{ value: 'a', enum_code: 'PRIV' }]);
  t.match(refusalOf(email, { value: 'a', enum_code: 'HOME' }), { code: 'UNKNOWN_OPTION' });
});

t.test('the seed’s multiphonemail is a list with kinds even if nothing else is known of it', async (t) => {
  const field = fieldOf('multiphonemail');
  t.strictSame(encode(field, ['1', '2']), [
    { value: '1', enum_code: 'WORK' },
    { value: '2', enum_code: 'WORK' },
  ]);
});

t.test('a field whose kinds lack WORK takes its first', async (t) => {
  const messenger = fieldOf('multitext', { code: 'IM', options: optionsOf('SKYPE', 'ICQ') });
  t.strictSame(encode(messenger, 'ivan'), [{ value: 'ivan', enum_code: 'SKYPE' }]);
});

t.test('the first phone reads back', async () => {
  const field = fieldOf('multitext', { code: 'PHONE' });
  fc.assert(
    fc.property(
      fc.array(
        someText.filter((text) => text.trim() !== ''),
        { minLength: 1, maxLength: 5 },
      ),
      (list) => readBack(field, list) === list[0],
    ),
  );
});

t.test('numeric fields take numbers and plain numeric strings and send strings', async (t) => {
  for (const type of ['numeric', 'price', 'monetary']) {
    const field = fieldOf(type);
    t.strictSame(encode(field, 150000), [{ value: '150000' }]);
    t.strictSame(encode(field, '150000'), [{ value: '150000' }]);
    t.strictSame(encode(field, -12.5), [{ value: '-12.5' }]);
    t.strictSame(encode(field, '12.50'), [{ value: '12.50' }]);
    t.strictSame(encode(field, 0), [{ value: '0' }]);
    for (const value of ['12,5', '1 000', '1e3', '0x10', ' 5', '5 ', '.5', '5.', '+5', '--5', 'много', 'NaN', '∞']) {
      t.match(refusalOf(field, value), { code: 'INVALID_FIELD_VALUE', message: /numeric|number/ }, value);
    }
    for (const value of neverTaken) t.match(refusalOf(field, value), { code: 'INVALID_FIELD_VALUE' });
  }
});

t.test('every plain number reads back as itself', async () => {
  const field = fieldOf('numeric');
  const cents = fc.integer({ min: -1e12, max: 1e12 }).map((number) => number / 100);
  fc.assert(fc.property(fc.oneof(fc.integer(), cents), (number) => Object.is(readBack(field, number), number + 0)));
});

t.test('a number that JavaScript would round, or another service refuse, reads back as text', async (t) => {
  const field = fieldOf('numeric');
  t.equal(readBack(field, '9007199254740991'), 9007199254740991);
  for (const text of ['9007199254740992', '9007199254740993', '100000000000000000000', '0.10', '007', '-0']) {
    t.equal(readBack(field, text), text);
  }
});

t.test('checkboxes take the usual words for yes and no', async (t) => {
  const field = fieldOf('checkbox');
  for (const value of [true, 'true', 'TRUE', 'да', ' Да ', 1, '1'])
    t.strictSame(encode(field, value), [{ value: true }]);
  for (const value of [false, 'false', 'нет', 'НЕТ', 0, '0']) t.strictSame(encode(field, value), [{ value: false }]);
  for (const value of ['yes', 'on', '', 2, -1, null, [], [true], {}]) {
    t.match(refusalOf(field, value), { code: 'INVALID_FIELD_VALUE' }, JSON.stringify(value));
  }
  t.equal(readBack(field, 'да'), true);
  t.equal(readBack(field, 0), false);
});

const listed = [
  { id: 11, value: 'Telegram', code: 'TG' },
  { id: 12, value: 'Сайт', code: 'SITE' },
  { id: 13, value: '12', code: 'TELEGRAM' },
  { id: 14, value: 'site', code: null },
];

t.test('one option is told by its label, code or id', async (t) => {
  for (const type of ['select', 'radiobutton', 'category']) {
    const field = fieldOf(type, { options: listed });
    for (const value of ['Telegram', ' telegram ', 'TG', 'tg', 11, '11']) {
      t.strictSame(encode(field, value), [{ enum_id: 11 }], JSON.stringify(value));
    }
    t.equal(readBack(field, 'tg'), 'Telegram');
  }
});

t.test('a label goes before a code or an id that reads the same', async (t) => {
  const field = fieldOf('select', { options: listed });
  t.strictSame(encode(field, '12'), [{ enum_id: 13 }], 'the label 12, not the id');
  t.strictSame(encode(field, 12), [{ enum_id: 13 }]);
  t.strictSame(encode(field, 'site'), [{ enum_id: 14 }], 'the label site, not the code');
  t.strictSame(encode(field, 'TELEGRAM'), [{ enum_id: 11 }], 'the label Telegram, not the code');
});

t.test('an exact label goes before one in another case', async (t) => {
  const field = fieldOf('select', { options: optionsOf('VIP', 'vip') });
  t.strictSame([encode(field, 'VIP'), encode(field, 'vip')], [[{ enum_id: 1 }], [{ enum_id: 2 }]]);
  t.match(refusalOf(field, 'Vip'), { code: 'UNKNOWN_OPTION', message: /1, 2/ });
});

t.test('an option that does not exist is never replaced by another; the options are listed', async (t) => {
  const field = fieldOf('select', { options: optionsOf('Telegram', 'Instagram') });
  const refusal = refusalOf(field, 'Telegramm');
  t.match(refusal, { code: 'UNKNOWN_OPTION', message: /did you mean "Telegram"\? Options: "Telegram", "Instagram"/ });
  t.match(refusalOf(field, 99), { code: 'UNKNOWN_OPTION' });
  for (const value of [true, null, '', [], ['Telegram'], { enum_id: 1 }]) {
    t.match(refusalOf(field, value), { code: 'INVALID_FIELD_VALUE' }, JSON.stringify(value));
  }
});

t.test('of many options twenty are shown', async (t) => {
  const field = fieldOf('select', { options: optionsOf(...Array.from({ length: 25 }, (_, n) => `вариант ${n + 1}`)) });
  t.match(refusalOf(field, 'нет'), { message: /"вариант 20" and 5 more$/ });
});

t.test('several options come as a list or one alone, each once', async (t) => {
  const field = fieldOf('multiselect', { options: listed });
  t.strictSame(encode(field, ['Сайт', 'TG']), [{ enum_id: 12 }, { enum_id: 11 }]);
  t.strictSame(encode(field, 'Сайт'), [{ enum_id: 12 }]);
  t.strictSame(encode(field, ['TG', 'Telegram', 11]), [{ enum_id: 11 }]);
  t.strictSame(readBack(field, [12, 'TG']), ['12', 'Telegram']);
});

t.test('of several options a bad one is told with its place', async (t) => {
  const field = fieldOf('multiselect', { options: listed });
  t.match(refusalOf(field, ['TG', 'нет']), { code: 'UNKNOWN_OPTION', place: [1] });
  t.match(refusalOf(field, ['TG', null]), { code: 'INVALID_FIELD_VALUE', place: [1] });
  t.match(refusalOf(field, ['TG', '']), { code: 'INVALID_FIELD_VALUE', place: [1] });
  t.match(refusalOf(field, 'нет'), { code: 'UNKNOWN_OPTION', place: [] });
  for (const value of [[], null, true, {}]) t.match(refusalOf(field, value), { code: 'INVALID_FIELD_VALUE' });
});

t.test('every choice of options reads back as its labels', async () => {
  const labels = fc.uniqueArray(
    someText.filter((label) => label.trim() !== ''),
    {
      minLength: 1,
      maxLength: 8,
      selector: (label) => label.normalize('NFC').trim().toLowerCase(),
    },
  );
  const chosen = labels.chain((all) => fc.record({ all: fc.constant(all), some: fc.subarray(all, { minLength: 1 }) }));
  fc.assert(
    fc.property(chosen, ({ all, some }) => {
      const field = fieldOf('multiselect', { options: optionsOf(...all) });
      return JSON.stringify(readBack(field, some)) === JSON.stringify(some);
    }),
  );
});

const structures: Record<string, { taken: unknown[]; refused: unknown[] }> = {
  smart_address: {
    taken: [
      [{ value: 'Мурманск', enum_code: 'city' }],
      [
        { value: 'пр. Ленина, 12', enum_id: 1 },
        { value: 'RU', enum_code: 'country' },
      ],
    ],
    refused: [
      [{ value: 'x', enum_id: 7 }],
      [{ value: 'x', enum_code: 'street' }],
      [{ value: '', enum_id: 1 }],
      'Мурманск',
    ],
  },
  legal_entity: {
    taken: [[{ value: { name: 'ООО «Ромашка»', entity_type: 2, vat_id: '7700000000', kpp: null } }]],
    refused: [
      [{ value: { vat_id: '1' } }],
      [{ value: { name: 'x', inn: '1' } }],
      [{ value: { name: 'x', entity_type: 3 } }],
    ],
  },
  items: {
    taken: [[{ value: { sku: 'a', unit_price: 10.5, quantity: 2, discount: { type: 'amount', value: 1 } } }]],
    refused: [[{ value: { unit_price: '10' } }], [{ value: { discount: { type: 'x', value: 1 } } }]],
  },
  linked_entity: {
    taken: [[{ value: { name: 'x', entity_id: 5, entity_type: 'contacts', catalog_id: null } }]],
    refused: [[{ value: { entity_id: 5, entity_type: 'leads' } }], [{ value: { entity_type: 'contacts' } }]],
  },
  chained_list: {
    taken: [[{ catalog_id: 1001, catalog_element_id: 12235 }]],
    refused: [
      [{ catalog_id: 1001 }],
      [{ value: 1 }],
      Array.from({ length: 6 }, (_, n) => ({ catalog_id: 1, catalog_element_id: n + 1 })),
    ],
  },
  file: {
    taken: [[{ value: { file_uuid: 'u', version_uuid: 'v', file_name: 'договор.pdf', file_size: 10 } }]],
    refused: [[{ value: { file_name: 'x' } }], [{ value: { file_uuid: 'u', file_size: -1 } }]],
  },
  payer: {
    taken: [[{ value: { name: 'x', entity_type: 'contacts', entity_id: 5 } }]],
    refused: [[{ value: { entity_id: 5 } }]],
  },
  supplier: { taken: [[{ value: { entity_id: 521717 } }]], refused: [[{ value: { entity_id: '5' } }]] },
};

t.test('structured types take amoCRM’s own list and pass it on', async (t) => {
  for (const [type, { taken }] of Object.entries(structures)) {
    for (const value of taken) {
      t.strictSame(encode(fieldOf(type), value), value, type);
      t.strictSame(readBack(fieldOf(type), value), value, type);
    }
  }
});

t.test('structured types refuse what has another shape', async (t) => {
  for (const [type, { refused }] of Object.entries(structures)) {
    for (const value of [...refused, [], null, '', 'text', 5, true, {}, [null], [[]]]) {
      t.match(refusalOf(fieldOf(type), value), { code: 'INVALID_FIELD_VALUE' }, `${type} ${JSON.stringify(value)}`);
    }
  }
});

t.test('a refusal of a structured type is at its place in the list, in plain words in both languages', async (t) => {
  const codes = 'address_line_1, address_line_2, city, state, zip, country';
  for (const [type, value, place, en, ru] of [
    [
      'smart_address',
      [{ value: 'x', enum_code: 'street' }],
      [0, 'enum_code'],
      `must be one of ${codes} (sent: "street")`,
      `нужно одно из значений: ${codes} (передано: "street")`,
    ],
    ['smart_address', [{ value: 'a' }, { value: '' }], [1, 'value'], 'must not be blank', 'не может быть пустым'],
    ['smart_address', [5], [0], 'must be object (sent: 5)', 'нужен объект JSON (передано: 5)'],
    ['legal_entity', [{ value: { kpp: '1' } }], [0, 'value', 'name'], 'is required', 'обязательный параметр'],
    [
      'legal_entity',
      [{ value: { name: 'x', kpp: 1 } }],
      [0, 'value', 'kpp'],
      'must be string or null (sent: 1)',
      'нужна строка или null (передано: 1)',
    ],
    [
      'legal_entity',
      [{ value: { name: 'x', adress: '1' } }],
      [0, 'value', 'adress'],
      'is not a param; did you mean address?',
      'нет такого параметра; возможно, вы имели в виду address?',
    ],
    [
      'items',
      [{ value: { discount: { type: 'amount', value: '1' } } }],
      [0, 'value', 'discount', 'value'],
      'must be number (sent: "1")',
      'нужно число (передано: "1")',
    ],
  ] as const) {
    t.match(refusalOf(fieldOf(type), value), { code: 'INVALID_FIELD_VALUE', place, text: { en, ru } }, en);
  }
});

t.test('a refusal says what the field takes and what it got', async (t) => {
  const refusal = refusalOf(fieldOf('numeric', { name: 'Бюджет' }), '12,5');
  t.match(refusal, {
    message: '"Бюджет" (numeric) takes a number or a plain numeric string such as "12.5", not "12,5"',
  });
  const long = refusalOf(fieldOf('checkbox'), 'x'.repeat(5000))?.message ?? '';
  t.ok(long.length > 0 && long.length < 300, 'of a long value the beginning');
});
