import t from 'tap';
import { openAccount, startDirectory } from '../../fixtures/directory-service.ts';
import { failureOf } from '../../fixtures/failure.ts';
import { startKeyed } from '../../fixtures/keyed.ts';
import { fieldIds, heldValues, plantContact, readsOf, writesTo } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';

const post = 'Должность';

t.test('all fields must hold exactly these values', async (t) => {
  const service = await startService(t);
  const { sandbox } = service;
  const field = sandbox.store.addField('contacts', { name: 'ВКонтакте ID', type: 'text', code: null });
  const both = plantContact(sandbox, { telegram: '777' });
  const one = plantContact(sandbox, { telegram: '777' });
  const contact = (id: number, value: string) =>
    sandbox.somebody.update('contacts', { id, custom_fields_values: [{ field_id: field.id, values: [{ value }] }] });
  contact(both, '12345');
  contact(one, '123456');
  const find = (match_fields: object) => service.step('amocrm_find_contact', { match_fields });
  const found = await find({ 'ВКонтакте ID': '12345', 'Telegram ID': 777 });
  t.match(found.body.result, { found: true, contact: { id: both }, count: 1, matched_by: 'match_fields' });
  t.match((await find({ 'ВКонтакте ID': '1234' })).body.result, { found: false }, 'a part is no match');
  t.match((await find({ 'ВКонтакте ID': '12345', 'Telegram ID': '778' })).body.result, { found: false });
  t.match(readsOf(sandbox, 'contacts').at(0), /^query=12345&/, 'the longest value is searched for');
});

t.test('values are compared letter by letter, but for spaces at the ends', async (t) => {
  const service = await startService(t);
  const number = service.sandbox.store.addField('contacts', { name: 'Карта', type: 'numeric', code: null });
  const id = plantContact(service.sandbox, {});
  const custom_fields_values = [
    { field_code: 'POSITION', values: [{ value: 'Директор' }] },
    { field_id: number.id, values: [{ value: '1' }] },
  ];
  service.sandbox.somebody.update('contacts', { id, custom_fields_values });
  const isFound = async (match_fields: object) =>
    (await service.step('amocrm_find_contact', { match_fields })).body.result.found;
  t.equal(await isFound({ [post]: ' Директор ', Карта: 1 }), true);
  for (const other of [{ [post]: 'директор' }, { Карта: '1.0' }, { Карта: '01' }]) {
    t.equal(await isFound(other), false, JSON.stringify(other));
  }
});

t.test('it comes after telegram_id, phone and e-mail, and before a free search', async (t) => {
  const service = await startService(t);
  const id = plantContact(service.sandbox, { telegram: '777', phones: ['+79001112233'] });
  const other = plantContact(service.sandbox, { name: 'Аристарх', telegram: '778' });
  const find = async (params: object) => (await service.step('amocrm_find_contact', params)).body.result;
  t.match(await find({ phone: '+79001112233', match_fields: { telegram_id: '778' } }), {
    contact: { id },
    matched_by: 'phone',
  });
  t.match(await find({ match_fields: { telegram_id: '778' }, query: 'Аристарх' }), {
    contact: { id: other },
    matched_by: 'match_fields',
  });
});

t.test('what cannot be matched is refused, at its own path', async (t) => {
  const service = await startService(t);
  const refusal = async (match_fields: unknown) =>
    failureOf(await service.step('amocrm_find_contact', { match_fields }));
  t.strictSame(await refusal({ SOURCE: 'Telegram' }), [422, 'INVALID_FIELD_VALUE', 'params.match_fields.SOURCE']);
  t.strictSame(await refusal({ phone: '+79001112233' }), [422, 'INVALID_FIELD_VALUE', 'params.match_fields.phone']);
  const detailOf = async (match_fields: object, headers = {}) =>
    (await service.step('amocrm_find_contact', { match_fields }, {}, headers)).body.detail;
  t.match(
    await detailOf({ SOURCE: 'Telegram' }),
    /of the type select; only fields of the types text, numeric and url can/,
  );
  t.match(
    await detailOf({ SOURCE: 'x' }, { 'accept-language': 'ru' }),
    /тип select; искать можно только по текстовым, числовым/,
  );
  t.match(await detailOf({ Телефон: '+79001112233' }), /"Телефон" holds phone numbers: give it as the param phone$/);
  t.match(await detailOf({ Email: 'a@example.com' }), /"email" holds e-mail addresses: give it as the param email$/);
  t.match(await detailOf({ Должнось: 'Директор' }), /no field "Должнось"; did you mean "Должность"\?$/);
  t.strictSame(await refusal({ нет: '1' }), [422, 'UNKNOWN_FIELD', 'params.match_fields.нет']);
  t.match(await refusal({ telegram_id: '1', 'Telegram ID': '2' }), [400, 'INVALID_REQUEST']);
  t.match(await refusal({ telegram_id: '' }), [400, 'INVALID_REQUEST', 'params.match_fields.telegram_id']);
  t.match(await refusal({}), [400, 'INVALID_REQUEST', 'params.match_fields']);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('a new contact gets the fields that it was looked for by; many at once make one', async (t) => {
  const service = await startService(t);
  const params = { match_fields: { telegram_id: '4242' }, name: 'Пётр', custom_fields: { [post]: 'Директор' } };
  const answers = await Promise.all(
    Array.from({ length: 5 }, () => service.step('amocrm_find_or_create_contact', params)),
  );
  t.equal(answers.filter(({ body }) => body.result.created === true).length, 1);
  const [id] = new Set(answers.map(({ body }) => body.result.contact_id));
  t.strictSame(heldValues(service.sandbox, Number(id), fieldIds.telegram), ['4242']);
  const clash = await service.step('amocrm_find_or_create_contact', {
    ...params,
    custom_fields: { telegram_id: '1' },
  });
  t.match(failureOf(clash), [
    400,
    'INVALID_REQUEST',
    'params.match_fields.telegram_id',
    'params.custom_fields.telegram_id',
  ]);
});

/** Requests of which each would make a contact that another one looks for. */
const overlapping: Record<string, [first: object, second: object]> = {
  'a custom field of the other': [
    { phone: '+79001112233', custom_fields: { [post]: 'Директор' } },
    { match_fields: { [post]: 'Директор' } },
  ],
  'the same by its own param': [{ telegram_id: '99' }, { match_fields: { 'Telegram ID': '99' } }],
  'more than the other': [
    { match_fields: { telegram_id: '99', [post]: 'Директор' } },
    { match_fields: { [post]: 'Директор' } },
  ],
  'less than the other': [
    { match_fields: { [post]: 'Директор' } },
    { match_fields: { telegram_id: '99', [post]: 'Директор' } },
  ],
};

for (const [what, [first, second]] of Object.entries(overlapping)) {
  t.test(`one at a time: who looks for ${what}`, async (t) => {
    const service = await startService(t);
    const step = (params: object) => service.step('amocrm_find_or_create_contact', { name: 'Пётр', ...params });
    const [one, other] = await Promise.all([step(first), step(second)]);
    const { created, contact_id } = other.body.result;
    t.match(one.body.result, { created: true });
    const isSame = what !== 'less than the other';
    t.match({ created, isSame: contact_id === one.body.result.contact_id }, { created: !isSame, isSame });
    const writes = writesTo(service.sandbox);
    t.equal(writes.length, isSame ? 1 : 2, 'they share no batch');
  });
}

t.test('who shares a common value with others does not wait for them', async (t) => {
  const service = await startService(t);
  const answers = await Promise.all(
    Array.from({ length: 200 }, (_, index) =>
      service.step('amocrm_find_or_create_contact', {
        match_fields: { [post]: 'Директор', telegram_id: String(index) },
        name: `Пётр ${index}`,
      }),
    ),
  );
  t.ok(answers.every(({ body }) => body.result.created === true));
  t.ok(writesTo(service.sandbox).length < 30, `${writesTo(service.sandbox).length} writes`);
});

t.test('while a create is in doubt, so is who is looked for by the fields that it sets', async (t) => {
  const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '300', STEP_DEADLINE_MS: '2000' } });
  const step = (params: object) => service.step('amocrm_find_or_create_contact', { name: 'Пётр', ...params });
  service.sandbox.faults.add({ method: 'POST', action: { kind: 'late' } });
  const fields = { [post]: 'Директор', telegram_id: '99' };
  t.match(await step({ phone: '+79001112233', custom_fields: fields }), { body: { code: 'OUTCOME_UNKNOWN' } });
  t.match(await step({ match_fields: fields }), { body: { code: 'OVERLOADED', retryable: true } });
  t.match(await step({ match_fields: { [post]: 'Директор' } }), { body: { code: 'OVERLOADED', retryable: true } });
  const other = { [post]: 'Директор', telegram_id: '98' };
  t.match(await step({ match_fields: other }), { body: { result: { created: true } } }, 'somebody else');
  t.match(await step({ match_fields: fields }), { body: { code: 'OVERLOADED' } }, 'that has settled nothing');
  await service.restart();
  t.match(await step({ match_fields: fields }), { body: { code: 'OVERLOADED' } }, 'nor does a restart');
  await service.sandbox.waiting.release();
  t.match(await step({ match_fields: fields }), { body: { result: { found: true, created: false } } });
});

t.test('a crowd is answered by the directory', async (t) => {
  const sandbox = await openAccount(t);
  const ids = Array.from({ length: 100 }, (_, index) => plantContact(sandbox, { telegram: String(index) }));
  for (const id of ids) {
    const value = [{ field_code: 'POSITION', values: [{ value: 'Директор' }] }];
    sandbox.somebody.update('contacts', { id, custom_fields_values: value });
  }
  const service = await startDirectory(t, sandbox);
  await service.filled();
  const before = sandbox.requests.length;
  const asked = ids.map((_, index) => ({ match_fields: { [post]: 'Директор', telegram_id: String(index) } }));
  const answers = await Promise.all(asked.map((params) => service.step('amocrm_find_contact', params)));
  t.strictSame(
    answers.map(({ result }) => result.contact?.id),
    ids,
  );
  t.ok(sandbox.requests.length - before < 20, `${sandbox.requests.length - before} calls`);
});
