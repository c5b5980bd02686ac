import { join } from 'node:path';
import fc from 'fast-check';
import t, { type Test } from 'tap';
import { itemsSent, writesTo } from '../../fixtures/records.ts';
import { answerOf, type Service, startService } from '../../fixtures/service.ts';

fc.configureGlobal({ seed: 20_261_123 });

/** Names for fields of every type that a contact can have. */
const fieldMap = {
  text: { id: 123456, type: 'text' },
  source: { id: 123460, type: 'select' },
  comment: { id: 123461, type: 'textarea' },
  interests: { id: 123462, type: 'multiselect' },
  consent: { id: 123463, type: 'checkbox' },
  birthday: { id: 123464, type: 'birthday' },
  address: { id: 123465, type: 'smart_address' },
  discount: { id: 123466, type: 'numeric' },
  site: { id: 123467, type: 'url' },
  visit: { id: 123468, type: 'date_time' },
  contract: { id: 123469, type: 'date' },
  sex: { id: 123470, type: 'radiobutton' },
  company: { id: 123471, type: 'legal_entity' },
  file: { id: 123472, type: 'file' },
  delivery: { id: 123473, type: 'streetaddress' },
  budget: { id: 123474, type: 'monetary' },
};

async function startWithAll(t: Test): Promise<Service> {
  const directory = t.testdir({ 'amo_fields.json': JSON.stringify(fieldMap) });
  return startService(t, { env: { AMO_FIELDS_FILE: join(directory, 'amo_fields.json') } });
}

const create = ({ step }: Service, custom_fields: Record<string, unknown>) =>
  step('amocrm_create_contact', { name: 'Пётр', custom_fields });

/** The contact's `fields` as amoCRM gives them back. */
async function readFields({ step }: Service, contact_id: number): Promise<Record<string, unknown>> {
  const { body } = await step('amocrm_update_contact', { contact_id, update_data: {} });
  return body.result.contact.fields;
}

t.test('every type is sent in amoCRM’s form', async (t) => {
  const service = await startWithAll(t);
  const { status, body } = await create(service, {
    text: 5,
    source: 'instagram',
    comment: 'два\nряда',
    interests: [51, 'видео'],
    consent: 'да',
    birthday: '1986-03-14',
    address: [{ value: 'Мурманск', enum_code: 'city' }],
    discount: 7.5,
    site: 'https://example.com',
    visit: '2024-12-31T18:30',
    contract: '2024-12-31',
    sex: 'FEMALE',
    company: [{ value: { name: 'АО «Полярные технологии»', entity_type: 2 } }],
    file: [{ value: { file_uuid: 'u-1', file_name: 'договор.pdf' } }],
    delivery: 'ул. Малышева, 5',
    budget: '150000',
    phone: ['+7 999 111-22-33', { value: '89991112244', enum_code: 'MOB' }],
    email: 'a@example.com',
  });
  t.equal(status, 200);
  t.strictSame(itemsSent(service.sandbox, 'contacts')[0]?.custom_fields_values, [
    { field_id: 123456, values: [{ value: '5' }] },
    { field_id: 123460, values: [{ enum_id: 2 }] },
    { field_id: 123461, values: [{ value: 'два\nряда' }] },
    { field_id: 123462, values: [{ enum_id: 51 }, { enum_id: 54 }] },
    { field_id: 123463, values: [{ value: true }] },
    { field_id: 123464, values: [{ value: Date.parse('1986-03-14T00:00:00+03:00') / 1000 }] },
    { field_id: 123465, values: [{ value: 'Мурманск', enum_code: 'city' }] },
    { field_id: 123466, values: [{ value: '7.5' }] },
    { field_id: 123467, values: [{ value: 'https://example.com' }] },
    { field_id: 123468, values: [{ value: Date.parse('2024-12-31T18:30:00+03:00') / 1000 }] },
    { field_id: 123469, values: [{ value: Date.parse('2024-12-31T00:00:00+03:00') / 1000 }] },
    { field_id: 123470, values: [{ enum_id: 62 }] },
    { field_id: 123471, values: [{ value: { name: 'АО «Полярные технологии»', entity_type: 2 } }] },
    { field_id: 123472, values: [{ value: { file_uuid: 'u-1', file_name: 'договор.pdf' } }] },
    { field_id: 123473, values: [{ value: 'ул. Малышева, 5' }] },
    { field_id: 123474, values: [{ value: '150000' }] },
    {
      field_code: 'PHONE',
      values: [
        { value: '+7 999 111-22-33', enum_code: 'WORK' },
        { value: '89991112244', enum_code: 'MOB' },
      ],
    },
    { field_code: 'EMAIL', values: [{ value: 'a@example.com', enum_code: 'WORK' }] },
  ]);
  const shown = {
    text: '5',
    source: 'Instagram',
    interests: ['Логотипы', 'Видео'],
    consent: true,
    birthday: '1986-03-14',
    discount: 7.5,
    visit: '2024-12-31T18:30:00+03:00',
    contract: '2024-12-31',
    sex: 'Женский',
    budget: 150000,
    phone: '+7 999 111-22-33',
    email: 'a@example.com',
  };
  t.match(body.result.contact.fields, shown, 'the answer shows plain values');
  t.match(await readFields(service, body.result.contact_id), shown, 'and so does a later reading');
});

t.test('a refused value names the caller’s key, and nothing is written', async (t) => {
  const service = await startWithAll(t);
  const refused: [Record<string, unknown>, string, string][] = [
    [{ text: true }, 'INVALID_FIELD_VALUE', 'text'],
    [{ text: ['a'] }, 'INVALID_FIELD_VALUE', 'text'],
    [{ comment: {} }, 'INVALID_FIELD_VALUE', 'comment'],
    [{ site: false }, 'INVALID_FIELD_VALUE', 'site'],
    [{ delivery: [null] }, 'INVALID_FIELD_VALUE', 'delivery'],
    [{ discount: '12,5' }, 'INVALID_FIELD_VALUE', 'discount'],
    [{ budget: '1 000' }, 'INVALID_FIELD_VALUE', 'budget'],
    [{ consent: 'yes' }, 'INVALID_FIELD_VALUE', 'consent'],
    [{ source: 'Факс' }, 'UNKNOWN_OPTION', 'source'],
    [{ source: ['Telegram'] }, 'INVALID_FIELD_VALUE', 'source'],
    [{ sex: 'другой' }, 'UNKNOWN_OPTION', 'sex'],
    [{ interests: [] }, 'INVALID_FIELD_VALUE', 'interests'],
    [{ interests: ['Видео', 'Радио'] }, 'UNKNOWN_OPTION', 'interests[1]'],
    [{ interests: [null] }, 'INVALID_FIELD_VALUE', 'interests[0]'],
    [{ contract: '31.12.2024' }, 'INVALID_FIELD_VALUE', 'contract'],
    [{ contract: '2024-02-30' }, 'INVALID_FIELD_VALUE', 'contract'],
    [{ visit: 1735689600000 }, 'INVALID_FIELD_VALUE', 'visit'],
    [{ birthday: 'вчера' }, 'INVALID_FIELD_VALUE', 'birthday'],
    [{ phone: [] }, 'INVALID_FIELD_VALUE', 'phone'],
    [{ phone: ['+79991112233', null] }, 'INVALID_FIELD_VALUE', 'phone[1]'],
    [{ phone: [{ value: '1', enum_code: 'CAR' }] }, 'UNKNOWN_OPTION', 'phone[0]'],
    [{ email: { enum_code: 'WORK' } }, 'INVALID_FIELD_VALUE', 'email'],
    [{ address: 'Мурманск' }, 'INVALID_FIELD_VALUE', 'address'],
    [{ company: [{ value: {} }] }, 'INVALID_FIELD_VALUE', 'company'],
    [{ file: [] }, 'INVALID_FIELD_VALUE', 'file'],
  ];
  for (const [fields, code, place] of refused) {
    const { status, body } = await create(service, fields);
    const expected = { status: 422, code, errors: [{ path: `params.custom_fields.${place}` }] };
    t.match({ status, ...body }, expected, JSON.stringify(fields));
    t.equal(body.errors.length, 1);
    const update = await service.step('amocrm_update_contact', { contact_id: 12345, update_data: fields });
    t.match(
      { status: update.status, ...update.body },
      { status: 422, code, errors: [{ path: `params.update_data.${place}` }] },
    );
  }
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('all faults are told at once, in the order of the document', async (t) => {
  const service = await startWithAll(t);
  const { body } = await create(service, { discount: 'x', нет: 1, source: 'Факс', text: 'ok', interests: ['?', '!'] });
  t.equal(body.code, 'INVALID_FIELD_VALUE');
  const paths = body.errors.map(({ path }: { path: string }) => path.replace('params.custom_fields.', ''));
  t.strictSame(paths, ['discount', 'нет', 'source', 'interests[0]']);
});

t.test('a key that reads as an integer stays at its place, alone, in a scenario and in a job', async (t) => {
  const { app } = await startWithAll(t);
  const params = '{"name": "Пётр", "custom_fields": {"source": "Факс", "99999": "v", "text": 1}}';
  const step = `{"type": "amocrm_create_contact", "params": ${params}}`;
  for (const [url, payload, at, prefer] of [
    ['/steps/amocrm_create_contact', step, 'params', ''],
    ['/scenarios/run', `{"steps": [${step}], "context": {}}`, 'steps[0].params', ''],
    ['/steps/amocrm_create_contact', step, 'params', 'respond-async, wait=20'],
  ] as const) {
    const headers = { 'content-type': 'application/json', prefer };
    const { status, body } = answerOf(await app.inject({ method: 'POST', url, headers, payload }));
    t.match({ status, code: body.code }, { status: 422, code: 'UNKNOWN_OPTION' }, `${url} ${prefer}`);
    t.strictSame(
      body.errors.map(({ path }: { path: string }) => path),
      [`${at}.custom_fields.source`, `${at}.custom_fields.99999`],
    );
  }
});

t.test('null and "" in custom_fields are left out', async (t) => {
  const service = await startWithAll(t);
  await create(service, { text: '', source: null, interests: '', phone: null, consent: false, discount: 0, нет: null });
  t.strictSame(itemsSent(service.sandbox, 'contacts')[0]?.custom_fields_values, [
    { field_id: 123463, values: [{ value: false }] },
    { field_id: 123466, values: [{ value: '0' }] },
  ]);
  await create(service, { text: null });
  t.notOk('custom_fields_values' in itemsSent(service.sandbox, 'contacts')[1]);
});

const text = fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' });
const date = fc
  .date({ min: new Date('1930-01-02'), max: new Date('2090-01-01'), noInvalidDate: true })
  .map((day) => day.toISOString().slice(0, 10));
const written = fc.record(
  {
    text,
    source: fc.constantFrom('Telegram', 'Instagram', 'Сайт', 'Рекомендация'),
    comment: text,
    interests: fc.subarray(['Логотипы', 'Сайты', 'Фотосъёмка', 'Видео'], { minLength: 1 }),
    consent: fc.boolean(),
    birthday: date,
    discount: fc.integer({ min: -1e9, max: 1e9 }).map((cents) => cents / 100),
    site: text,
    visit: fc
      .integer({ min: 1_420_070_400, max: 2_500_000_000 })
      .map((unix) => new Date((unix + 10_800) * 1000).toISOString().replace('.000Z', '+03:00')),
    contract: date,
    sex: fc.constantFrom('Мужской', 'Женский'),
    delivery: text,
    budget: fc.nat(),
    phone: fc.stringMatching(/^\+[1-9][\d -]{5,14}\d$/),
    email: fc.stringMatching(/^[a-z]{1,8}@[a-z]{1,8}\.ru$/),
    company: fc.record({ name: text }).map((value) => [{ value }]),
  },
  { requiredKeys: [] },
);

t.test('whatever is written reads back equal', async () => {
  const service = await startWithAll(t);
  await fc.assert(
    fc.asyncProperty(written, async (custom_fields) => {
      const { body } = await create(service, custom_fields);
      const { contact_id, contact } = body.result;
      const read = await readFields(service, contact_id);
      const isEqual = (fields: unknown) => isSame(fields, custom_fields);
      return isEqual(contact.fields) && isEqual(read);
    }),
    { numRuns: 40 },
  );
});

function isSame(fields: unknown, expected: Record<string, unknown>): boolean {
  const sorted = (record: object) => JSON.stringify(Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(Object(fields)) === sorted(expected);
}
