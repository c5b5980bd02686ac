import { join } from 'node:path';
import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';

t.test('all custom fields of a type, all pages, as amoCRM has them', async (t) => {
  const { step, sandbox } = await startService(t);
  const fields = sandbox.store.fields.leads;
  const [model] = fields.values();
  if (model === undefined) return t.fail('the sandbox has no fields');
  for (let id = 900_000; id < 900_060; id += 1) fields.set(id, { ...model, id, name: `Поле ${id}` });
  const { body } = await step('amocrm_list_custom_fields', {});
  t.match(body.result, { count: fields.size, entity_type: 'leads' });
  t.match(
    body.result.custom_fields.find(({ id }: { id: number }) => id === 223460),
    { name: 'Источник', type: 'select', code: 'SOURCE', enums: [{ value: 'Telegram' }, {}, {}, {}] },
  );
  t.equal(readsOf(sandbox, 'leads/custom_fields').length, 2);
  t.match((await step('amocrm_list_custom_fields', { entity_type: 'customer' })).body.result, {
    count: 1,
    entity_type: 'customers',
  });
  t.strictSame(failureOf(await step('amocrm_list_custom_fields', { entity_type: 'tasks' })), [
    400,
    'INVALID_REQUEST',
    'params.entity_type',
  ]);
});

t.test('the map in use is that of the file over what amoCRM has', async (t) => {
  const file = t.testdir({
    'amo_fields.json': JSON.stringify({
      contacts: {
        telegram_id: { id: 123456, type: 'text' },
        source: { id: 123460, type: 'select', enums: [{ id: 1, value: 'Телеграм' }] },
        gone: { id: 999, name: 'Нет в amoCRM', type: 'text' },
      },
    }),
  });
  const { step, sandbox } = await startService(t, { env: { AMO_FIELDS_FILE: join(file, 'amo_fields.json') } });
  const { status, body } = await step('amocrm_get_fields', { entity_type: 'contact' });
  const { fields_map: map, ...rest } = body.result;
  t.match(
    { status, ...rest },
    { status: 200, success: true, entity_type: 'contacts', fields_count: Object.keys(map).length },
  );
  t.match(map.telegram_id, { id: 123456, name: 'Telegram ID', code: 'TELEGRAM_ID' });
  t.match(map.source.enums, [{ id: 1, value: 'Телеграм' }, { value: 'Instagram' }]);
  t.match(map.gone, { id: 999, type: 'text' });
  t.match(map.PHONE, { id: 123458, type: 'multitext' });
  for (const key of ['TELEGRAM_ID', 'SOURCE', 'Telegram ID']) t.notOk(key in map, key);
  t.match((await step('amocrm_get_fields', {})).body.result, { entity_type: 'contacts' });
  t.equal(readsOf(sandbox, 'contacts/custom_fields').length, 1, 'what is known already is not asked again');
});

t.test('the fields of a list, by its name or id', async (t) => {
  const { step, sandbox } = await startService(t);
  for (const params of [{ catalog: 'товары' }, { catalog_id: 5502 }]) {
    const { body } = await step('amocrm_list_custom_fields', params);
    t.match(body.result, { count: 2, entity_type: 'catalogs', custom_fields: [{ code: 'SKU' }, { code: 'PRICE' }] });
  }
  t.match((await step('amocrm_list_custom_fields', { catalog: 'Площадки' })).body.result, {
    count: 0,
    custom_fields: [],
  });
  t.equal(readsOf(sandbox, 'catalogs').length, 1);
  const absent = await step('amocrm_list_custom_fields', { catalog_id: 404 });
  t.strictSame(failureOf(absent), [404, 'ENTITY_NOT_FOUND', 'params.catalog_id']);
  const unknown = await step('amocrm_list_custom_fields', { catalog: 'Товар' });
  t.strictSame(failureOf(unknown), [422, 'UNKNOWN_NAME', 'params.catalog']);
  const both = await step('amocrm_list_custom_fields', { entity_type: 'leads', catalog: 'Товары' });
  t.strictSame(failureOf(both).slice(0, 2), [400, 'INVALID_REQUEST']);
});
