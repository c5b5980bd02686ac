import { join } from 'node:path';
import t, { type Test } from 'tap';
import { heldValues, itemsSent, plantContact, readsOf, seedFieldMap, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Overrides, type Service, startService } from '../../fixtures/service.ts';
import { timeTravel } from '../../fixtures/time.ts';

/** The service with a field map file. */
async function startWith(t: Test, map: unknown, { env = {}, ...rest }: Overrides = {}): Promise<Service> {
  const directory = t.testdir({ 'amo_fields.json': JSON.stringify(map) });
  return startService(t, { ...rest, env: { ...env, AMO_FIELDS_FILE: join(directory, 'amo_fields.json') } });
}

function createContact({ step }: Service, custom_fields: Record<string, unknown>): Promise<Answer> {
  return step('amocrm_create_contact', { name: 'Пётр', custom_fields });
}

function createLead({ step }: Service, custom_fields: Record<string, unknown>): Promise<Answer> {
  return step('amocrm_create_lead', { name: 'Заявка', custom_fields });
}

/** The custom fields of the last contact or lead that amoCRM was sent. */
function lastSent({ sandbox }: Service, path = 'contacts'): unknown {
  return itemsSent(sandbox, path).at(-1)?.custom_fields_values;
}

const discoveries = ({ sandbox }: Service, path = 'contacts') => readsOf(sandbox, `${path}/custom_fields`);

t.test('a field goes by its name in the file, its code, its name and its id', async (t) => {
  const service = await startWith(t, seedFieldMap);
  for (const key of ['telegram_id', 'TELEGRAM_ID', 'Telegram ID', '123456', ' Telegram_Id ', 'telegram id']) {
    t.equal((await createContact(service, { [key]: '5' })).status, 200, key);
    t.strictSame(lastSent(service), [{ field_id: 123456, values: [{ value: '5' }] }], key);
  }
  for (const key of ['SOURCE', ' source ', 'Источник', 'ИСТОЧНИК', '123460']) {
    t.equal((await createContact(service, { [key]: 'Telegram' })).status, 200, key);
    t.strictSame(lastSent(service), [{ field_id: 123460, values: [{ enum_id: 1 }] }], key);
  }
});

t.test('a name in the file goes before a code, a code before a name, a name before an id', async (t) => {
  const service = await startWith(t, { instagram: { id: 123461, type: 'textarea' } });
  const { store } = service.sandbox;
  store.addField('contacts', { id: 900001, name: 'Ник', type: 'text', code: 'INSTAGRAM' });
  store.addField('contacts', { id: 900002, name: 'SITE', type: 'text' });
  store.addField('contacts', { id: 900003, name: '900002', type: 'text' });
  await createContact(service, { instagram: 'a', site: 'b', '900002': 'c' });
  t.match(lastSent(service), [
    { field_id: 900003, values: [{ value: 'c' }] },
    { field_id: 123461, values: [{ value: 'a' }] },
    { field_id: 123467, values: [{ value: 'b' }] },
  ]);
});

t.test('neither a described field nor phone and e-mail need a discovery', async (t) => {
  const service = await startWith(t, seedFieldMap);
  const { status } = await createContact(service, { telegram_id: '5', phone: '+79991112233', email: 'a@example.com' });
  t.equal(status, 200);
  t.strictSame(discoveries(service), []);
  const bare = await startService(t);
  t.equal((await createContact(bare, { phone: '+79991112233', EMAIL: 'a@example.com' })).status, 200);
  t.strictSame(discoveries(bare), []);
  t.match(lastSent(bare), [{ field_code: 'PHONE' }, { field_code: 'EMAIL' }]);
});

t.test('the file’s type and options go before amoCRM’s', async (t) => {
  const service = await startWith(t, {
    source: { id: 123460, type: 'select', enums: [{ id: 1, value: 'Телеграм' }] },
    rating: { id: 123461, type: 'numeric' },
  });
  t.match(await createContact(service, { source: ' телеграм', rating: 4.5 }), {
    status: 200,
    body: { result: { contact: { fields: { source: 'Телеграм', rating: 4.5 } } } },
  });
  t.match(lastSent(service), [{ values: [{ enum_id: 1 }] }, { values: [{ value: '4.5' }] }]);
  t.match(await createContact(service, { rating: 'много' }), { status: 422, body: { code: 'INVALID_FIELD_VALUE' } });
  t.strictSame(discoveries(service), []);
});

t.test('options that the file does not list come from amoCRM', async (t) => {
  const service = await startWith(t, {
    source: { id: 123460, type: 'select', enums: [{ id: 1, value: 'Телеграм' }] },
  });
  const { body } = await createContact(service, { source: 'Instagram' });
  t.strictSame(lastSent(service), [{ field_id: 123460, values: [{ enum_id: 2 }] }]);
  t.match(body.result.contact, {
    fields: { source: 'Instagram' },
    custom_fields_values: [{ values: [{ value: 'Instagram' }] }],
  });
  const refused = await createContact(service, { source: 'Факс' });
  t.match(refused.body, { code: 'UNKNOWN_OPTION', errors: [{ path: 'params.custom_fields.source' }] });
  for (const label of ['Телеграм', 'Instagram', 'Сайт', 'Рекомендация']) t.match(refused.body.detail, label);
  t.equal(discoveries(service).length, 2, 'the list is read anew for the option that nobody knows');
});

t.test('a kind of phone that the file does not list comes from amoCRM', async (t) => {
  const service = await startWith(t, seedFieldMap);
  await createContact(service, { phone: { value: '+79991112233', enum_code: 'HOME' } });
  t.strictSame(lastSent(service), [{ field_id: 123458, values: [{ value: '+79991112233', enum_code: 'HOME' }] }]);
});

t.test('a mapped phone with an empty code is a phone: it has kinds, and an update keeps the others', async (t) => {
  const service = await startWith(t, { phone: { id: 123458, type: 'multitext', code: '' } });
  await createContact(service, { phone: '+79991112233' });
  const kept = { value: '+79991112233', enum_code: 'WORK' };
  t.strictSame(lastSent(service), [{ field_id: 123458, values: [kept] }]);
  const id = plantContact(service.sandbox, { phones: ['+79001112233'] });
  const update = await service.step('amocrm_update_contact', {
    contact_id: id,
    update_data: { phone: '+79991112233' },
  });
  t.equal(update.status, 200);
  t.strictSame(heldValues(service.sandbox, id, 123458), ['+79991112233', '+79001112233']);
});

t.test('a flat entry counts for leads only where they have a field of that id', async (t) => {
  const service = await startWith(t, {
    source: { id: 123460, type: 'select', enums: [{ id: 1, value: 'Telegram' }] },
    wallet: { id: 223461, type: 'numeric' },
    interests: { id: 123462, type: 'multiselect' },
  });
  const { status, body } = await createLead(service, { source: 'Telegram', wallet: 5 });
  t.equal(status, 200);
  t.strictSame(lastSent(service, 'leads'), [
    { field_id: 223460, values: [{ enum_id: 71 }] },
    { field_id: 223461, values: [{ value: '5' }] },
  ]);
  t.strictSame(body.result.lead.fields, { Источник: 'Telegram', wallet: 5 });
  const refused = await createLead(service, { interests: ['Сайты'] });
  t.match(refused, { status: 422, body: { code: 'UNKNOWN_FIELD' } });
});

t.test('a nested file names the fields of each entity type', async (t) => {
  const service = await startWith(t, {
    contacts: { source: { id: 123460, type: 'select', enums: [{ id: 1, value: 'Telegram' }] } },
    leads: { source: { id: 223460, type: 'select', enums: [{ id: 71, value: 'Telegram' }] } },
  });
  const [contact, lead] = await Promise.all([
    createContact(service, { source: 'Telegram' }),
    createLead(service, { source: 'Telegram' }),
  ]);
  t.strictSame(lastSent(service), [{ field_id: 123460, values: [{ enum_id: 1 }] }]);
  t.strictSame(lastSent(service, 'leads'), [{ field_id: 223460, values: [{ enum_id: 71 }] }]);
  t.match(
    [contact.body.result.contact.fields, lead.body.result.lead.fields],
    [{ source: 'Telegram' }, { source: 'Telegram' }],
  );
  t.strictSame([...discoveries(service), ...discoveries(service, 'leads')], []);
});

t.test('two fields of one name are ambiguous: both ids are told, and an id decides', async (t) => {
  const service = await startService(t);
  service.sandbox.store.addField('contacts', { id: 900001, name: 'Город', type: 'text' });
  service.sandbox.store.addField('contacts', { id: 900002, name: ' город', type: 'text' });
  const { status, body } = await createContact(service, { Город: 'Мурманск' });
  t.match(
    { status, ...body },
    { status: 422, code: 'AMBIGUOUS_FIELD', errors: [{ path: 'params.custom_fields.Город' }] },
  );
  t.match(body.detail, '900001, 900002');
  t.strictSame(writesTo(service.sandbox), []);
  t.equal((await createContact(service, { '900002': 'Мурманск' })).status, 200);
});

t.test('two fields of one code are ambiguous too', async (t) => {
  const service = await startService(t);
  service.sandbox.store.addField('contacts', { id: 900001, name: 'A', type: 'text', code: 'TWIN' });
  service.sandbox.store.addField('contacts', { id: 900002, name: 'B', type: 'text', code: 'TWIN' });
  const { body } = await createContact(service, { twin: 'x' });
  t.match(body, { code: 'AMBIGUOUS_FIELD', detail: /900001, 900002/ });
});

t.test('an unknown field is told with the names that read most like it', async (t) => {
  const service = await startWith(t, seedFieldMap);
  const { status, body } = await createContact(service, { telegram: '5', name: 'x', Скитка: 1 });
  t.match(
    { status, ...body },
    {
      status: 422,
      code: 'UNKNOWN_FIELD',
      errors: [
        { path: 'params.custom_fields.telegram', message: /"telegram_id"/ },
        { path: 'params.custom_fields.name' },
        { path: 'params.custom_fields.Скитка', message: /did you mean "Скидка"/ },
      ],
      context: { __step_error__: 'AmoCRM создание контакта: неизвестное поле' },
    },
  );
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('a blank key is no field', async (t) => {
  const service = await startService(t);
  for (const key of ['', '  ']) {
    const { status, body } = await createContact(service, { [key]: 'x' });
    t.match({ status, code: body.code }, { status: 422, code: 'UNKNOWN_FIELD' }, JSON.stringify(key));
  }
});

t.test('each entity type has its own fields', async (t) => {
  const service = await startService(t);
  t.match((await createContact(service, { BUDGET: 5 })).body, { code: 'UNKNOWN_FIELD' });
  t.match((await createLead(service, { TELEGRAM_ID: '5' })).body, { code: 'UNKNOWN_FIELD' });
  t.match((await createLead(service, { phone: '+79991112233' })).body, { code: 'UNKNOWN_FIELD' });
});

t.test('fields beyond the first page are found', async (t) => {
  const service = await startService(t);
  for (let n = 1; n <= 120; n += 1)
    service.sandbox.store.addField('contacts', { name: `Поле ${n}`, type: 'text', sort: 600 + n });
  t.equal((await createContact(service, { 'поле 120': 'x' })).status, 200);
  t.equal(discoveries(service).length, 3);
});

t.test('one discovery serves all who wait, and those who come later', async (t) => {
  const service = await startService(t);
  const answers = await Promise.all(Array.from({ length: 10 }, () => createContact(service, { SOURCE: 'Telegram' })));
  t.ok(answers.every(({ status }) => status === 200));
  t.equal((await createContact(service, { DISCOUNT: 5 })).status, 200);
  t.equal(discoveries(service).length, 1);
});

t.test('a discovery is made again after its time', async (t) => {
  const { clock, wait } = timeTravel();
  const service = await startService(t, { clock, env: { AMO_FIELDS_TTL: '60' } });
  await createContact(service, { SOURCE: 'Telegram' });
  wait(59);
  await createContact(service, { SOURCE: 'Telegram' });
  t.equal(discoveries(service).length, 1);
  wait(2);
  await createContact(service, { SOURCE: 'Telegram' });
  t.equal(discoveries(service).length, 2);
});

t.test('an unknown name asks amoCRM anew, but not within 30 s of another', async (t) => {
  const { clock, wait } = timeTravel();
  const service = await startService(t, { clock });
  const { store } = service.sandbox;
  await createContact(service, { SOURCE: 'Telegram' });
  store.addField('contacts', { id: 900001, name: 'Город', type: 'text' });
  t.equal((await createContact(service, { Город: 'Мурманск' })).status, 200, 'the first reading does not count');
  t.equal(discoveries(service).length, 2);
  store.addField('contacts', { id: 900002, name: 'Улица', type: 'text' });
  wait(29);
  t.match((await createContact(service, { Улица: 'Мира' })).body, { code: 'UNKNOWN_FIELD' });
  t.equal(discoveries(service).length, 2);
  wait(2);
  await Promise.all(['Улеца', 'Улица', 'Улиса'].map((key) => createContact(service, { [key]: 'x' })));
  t.equal((await createContact(service, { Улица: 'Мира' })).status, 200);
  t.equal(discoveries(service).length, 3, 'one reading serves all who ask');
});

t.test('typos are no load on amoCRM, even if nothing is kept', async (t) => {
  const service = await startService(t, { env: { AMO_FIELDS_TTL: '0' } });
  const typos = Array.from({ length: 40 }, (_, index) => `Горот ${index}`);
  await createContact(service, Object.fromEntries(typos.map((key) => [key, 'x'])));
  t.equal(discoveries(service).length, 2);
});

t.test('a new option is found at once, another one 30 s later', async (t) => {
  const { clock, wait } = timeTravel();
  const service = await startService(t, { clock });
  const addOption = (id: number, value: string) =>
    service.sandbox.store.fields.contacts.get(123460)?.enums?.push({ id, value, sort: id, code: null });
  await createContact(service, { SOURCE: 'Telegram' });
  addOption(9, 'Радио');
  const { body } = await createContact(service, { SOURCE: 'Радио' });
  t.strictSame(lastSent(service), [{ field_id: 123460, values: [{ enum_id: 9 }] }]);
  t.match(body.result.contact.fields, { Источник: 'Радио' });
  addOption(10, 'Газета');
  t.match((await createContact(service, { SOURCE: 'Газета' })).body, { code: 'UNKNOWN_OPTION' });
  wait(31);
  t.equal((await createContact(service, { SOURCE: 'Газета' })).status, 200);
});

t.test('a field that was deleted and made anew is found once amoCRM has refused the old one', async (t) => {
  const { clock, wait } = timeTravel();
  const service = await startService(t, { clock });
  const { fields } = service.sandbox.store;
  await createContact(service, { SOURCE: 'Telegram' });
  const old = fields.contacts.get(123460);
  if (old === undefined) throw new Error('the sandbox has no such field');
  fields.contacts.delete(old.id);
  service.sandbox.store.addField('contacts', { ...old, id: 900001 });
  t.match((await createContact(service, { SOURCE: 'Telegram' })).body, { code: 'AMOCRM_REJECTED' });
  t.equal(discoveries(service).length, 1);
  t.equal((await createContact(service, { SOURCE: 'Telegram' })).status, 200);
  t.match(lastSent(service), [{ field_id: 900001 }]);
  t.equal(discoveries(service).length, 2);

  fields.contacts.delete(900001);
  for (let turn = 0; turn < 3; turn += 1) {
    t.match((await createContact(service, { SOURCE: 'Telegram' })).body, { code: 'AMOCRM_REJECTED' });
  }
  t.equal(discoveries(service).length, 2, 'not within 30 s of another');
  wait(31);
  t.match((await createContact(service, { SOURCE: 'Telegram' })).body, { code: 'UNKNOWN_FIELD' });
});

t.test('a refusal before the first reading does not make that a second one', async (t) => {
  const { clock } = timeTravel();
  const service = await startService(t, { clock });
  const refused = await service.step('amocrm_create_contact', { name: 'Пётр', responsible_user_id: 1 });
  t.match(refused.body, { code: 'AMOCRM_REJECTED' });
  await createContact(service, { SOURCE: 'Telegram' });
  service.sandbox.store.addField('contacts', { id: 900001, name: 'Город', type: 'text' });
  t.equal((await createContact(service, { Город: 'Мурманск' })).status, 200);
});

t.test('of very many unknown names the first 50 are told', async (t) => {
  const service = await startService(t);
  const names = Object.fromEntries(Array.from({ length: 45_000 }, (_, index) => [`Горот ${index}`, 'x']));
  const { status, body } = await createContact(service, names);
  t.match({ status, code: body.code }, { status: 422, code: 'UNKNOWN_FIELD' });
  t.strictSame(
    body.errors.map(({ path }: { path: string }) => path),
    Array.from({ length: 50 }, (_, index) => `params.custom_fields.Горот ${index}`),
  );
});

t.test('a very long name is told in short, without near ones', async (t) => {
  const service = await startService(t);
  const { body } = await createContact(service, { ['Источник'.repeat(100)]: 'x' });
  t.match(body.errors[0].message, /^contacts have no field "(Источник){7}Исто…"; there are "/);
});

t.test('very many spellings of one field are refused', async (t) => {
  const service = await startService(t);
  const spellings = Array.from({ length: 9000 }, (_, n) => `${' '.repeat(n % 95)}SOURCE${' '.repeat(n / 95)}`);
  const { status, body } = await createContact(service, Object.fromEntries(spellings.map((key) => [key, 'Telegram'])));
  t.match({ status, code: body.code }, { status: 400, code: 'INVALID_REQUEST' });
});

t.test('a discovery that failed is tried again by the next step', async (t) => {
  const service = await startService(t);
  const heal = service.sandbox.faults.add({
    path: '/api/v4/contacts/custom_fields',
    times: Number.POSITIVE_INFINITY,
    action: { kind: 'status', status: 403 },
  });
  t.match(await createContact(service, { SOURCE: 'Telegram' }), { status: 502, body: { code: 'AMOCRM_FORBIDDEN' } });
  t.equal((await createContact(service, { phone: '+79991112233' })).status, 200, 'which matters to no other field');
  heal();
  t.equal((await createContact(service, { SOURCE: 'Telegram' })).status, 200);
});
