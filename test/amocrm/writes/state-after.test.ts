import t from 'tap';
import { stateAfter } from '../../../src/amocrm/writes/state-after.ts';

const phone = { field_id: 1, field_code: 'PHONE', values: [{ value: '+7900', enum_code: 'WORK' }] };
const source = { field_id: 2, field_code: null, values: [{ enum_id: 5, value: 'Сайт' }] };
const contact = {
  id: 12345,
  name: 'Иван',
  custom_fields_values: [phone, source],
  _embedded: { tags: [{ id: 7, name: 'VIP' }], companies: [{ id: 9 }] },
};

t.test('a new entity holds what was sent', async (t) => {
  const body = { name: 'Сделка', custom_fields_values: [source], _embedded: { tags: [{ name: 'Бот' }] } };
  t.strictSame(stateAfter({ id: 1 }, body), { id: 1, ...body });
  t.strictSame(stateAfter({ id: 1 }, { name: 'Сделка' }).custom_fields_values, null);
});

t.test('an update replaces what it names and leaves the rest', async (t) => {
  const values = [{ value: '+7901' }, { value: '+7900' }];
  const body = { id: 12345, name: 'Пётр', custom_fields_values: [{ field_code: 'PHONE', values }] };
  t.strictSame(stateAfter(contact, body), {
    ...contact,
    name: 'Пётр',
    custom_fields_values: [source, { field_code: 'PHONE', values }],
  });
});

t.test('null clears a field', async (t) => {
  const body = { id: 12345, custom_fields_values: [{ field_id: 2, values: null }] };
  t.strictSame(stateAfter(contact, body).custom_fields_values, [phone]);
});

t.test('tags are added once and taken away by name or id', async (t) => {
  const tagsAfter = (body: object) => stateAfter(contact, { id: 12345, ...body })._embedded;
  const { companies } = contact._embedded;
  t.strictSame(tagsAfter({ tags_to_add: [{ name: 'VIP' }, { name: 'Бот' }] }), {
    companies,
    tags: [{ id: 7, name: 'VIP' }, { name: 'Бот' }],
  });
  t.strictSame(tagsAfter({ tags_to_delete: [{ id: 7 }] }), { companies, tags: [] });
  t.strictSame(tagsAfter({ tags_to_delete: [{ name: 'VIP' }] }), { companies, tags: [] });
});
