import { join } from 'node:path';
import t from 'tap';
import { parseFieldMap } from '../../../src/amocrm/fields/field-map.ts';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';
import { timeTravel } from '../../fixtures/time.ts';

const fetchFields = ({ step }: Service, params: Record<string, unknown> = {}): Promise<Answer> =>
  step('amocrm_fetch_fields', params);

t.test('contacts’ fields come in the form of the field map file, by code, else by name', async (t) => {
  const service = await startService(t);
  const { status, body } = await fetchFields(service);
  t.equal(status, 200);
  const { entity_type, fields_count, fields_map } = body.result;
  const count = service.sandbox.store.fields.contacts.size;
  t.strictSame({ entity_type, fields_count }, { entity_type: 'contacts', fields_count: count });
  t.equal(Object.keys(fields_map).length, count);
  t.strictSame(fields_map.SOURCE, {
    id: 123460,
    name: 'Источник',
    type: 'select',
    code: 'SOURCE',
    enums: [
      { id: 1, value: 'Telegram', enum_code: 'TELEGRAM' },
      { id: 2, value: 'Instagram', enum_code: 'INSTAGRAM' },
      { id: 3, value: 'Сайт', enum_code: 'SITE' },
      { id: 4, value: 'Рекомендация', enum_code: 'REFERRAL' },
    ],
  });
  t.strictSame(fields_map.Комментарий, { id: 123461, name: 'Комментарий', type: 'textarea', code: null });
  t.match(fields_map.PHONE, { id: 123458, type: 'multitext', enums: [{ value: 'WORK', enum_code: null }] });
  t.equal(body.output_var, 'fields_fetched');
});

t.test('the entity type may be in the singular; the answer has the plural', async (t) => {
  const service = await startService(t);
  const { body } = await fetchFields(service, { entity_type: 'lead' });
  t.strictSame(body.result, (await fetchFields(service, { entity_type: 'leads' })).body.result);
});

t.test('leads and companies have their own', async (t) => {
  const service = await startService(t);
  const { fields_map: ofLeads } = (await fetchFields(service, { entity_type: 'leads' })).body.result;
  t.match(ofLeads, { BUDGET: { id: 223461, type: 'numeric' }, UTM_SOURCE: { type: 'tracking_data' } });
  const { fields_map: ofCompanies } = (await fetchFields(service, { entity_type: 'companies' })).body.result;
  t.match(ofCompanies, { INDUSTRY: { id: 323462 }, WEB: { type: 'url' } });
});

t.test('a name of the field map file is not the key', async (t) => {
  const map = { istochnik: { id: 123460, name: 'Источник', type: 'select' } };
  const file = join(t.testdir({ 'fields.json': JSON.stringify(map) }), 'fields.json');
  const service = await startService(t, { env: { AMO_FIELDS_FILE: file } });
  const { fields_map } = (await fetchFields(service)).body.result;
  t.match(fields_map.SOURCE, { id: 123460, name: 'Источник', type: 'select', enums: [{ id: 1 }] });
  t.notOk('istochnik' in fields_map);
});

t.test('two that read the same are told apart by their ids', async (t) => {
  const service = await startService(t);
  service.sandbox.store.addField('contacts', { id: 900_001, name: 'Город', type: 'text' });
  service.sandbox.store.addField('contacts', { id: 900_002, name: 'город', type: 'text' });
  const { fields_map } = (await fetchFields(service)).body.result;
  t.match(fields_map, { 'Город (900001)': { id: 900_001 }, 'город (900002)': { id: 900_002 } });
  t.notOk('Город' in fields_map);
});

t.test('all pages are read', async (t) => {
  const service = await startService(t);
  for (let n = 1; n <= 110; n += 1) service.sandbox.store.addField('contacts', { name: `Поле ${n}`, type: 'text' });
  t.match((await fetchFields(service)).body.result, {
    fields_count: service.sandbox.store.fields.contacts.size,
    fields_map: { 'Поле 110': { type: 'text' } },
  });
  t.equal(readsOf(service.sandbox, 'contacts/custom_fields').length, 3);
});

t.test('what comes can be saved as the field map file', async (t) => {
  const service = await startService(t);
  for (const entity_type of ['contacts', 'leads', 'companies']) {
    const { fields_map, fields_count } = (await fetchFields(service, { entity_type })).body.result;
    t.equal(
      parseFieldMap(JSON.stringify({ [entity_type]: fields_map }), 'saved').own[entity_type as 'leads'].length,
      fields_count,
    );
  }
});

t.test('a field that was just made in amoCRM is there', async (t) => {
  const { clock, wait } = timeTravel();
  const service = await startService(t, { clock });
  await fetchFields(service);
  service.sandbox.store.addField('contacts', { name: 'Город', type: 'text' });
  wait(31);
  t.match((await fetchFields(service)).body.result.fields_map, { Город: { type: 'text' } });
});

t.test('an account without fields has an empty map', async (t) => {
  const service = await startService(t);
  service.sandbox.store.fields.leads.clear();
  const { body } = await fetchFields(service, { entity_type: 'leads' });
  t.strictSame(body.result, { success: true, entity_type: 'leads', fields_count: 0, fields_map: {} });
});

t.test('params that cannot be used are refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string][] = [
    [{ entity_type: 'customers' }, 'params.entity_type'],
    [{ entity_type: 'Lead' }, 'params.entity_type'],
  ];
  for (const [params, path] of bad) {
    t.strictSame(failureOf(await fetchFields(service, params)), [400, 'INVALID_REQUEST', path], JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});
