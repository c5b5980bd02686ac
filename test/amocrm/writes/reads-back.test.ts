import t from 'tap';
import { readsBack } from '../../../src/amocrm/writes/reads-back.ts';
import { systemClock } from '../../../src/clock.ts';
import { startService } from '../../fixtures/service.ts';

const quick = { ...systemClock, second: 50 };

t.test('a lost create whose options come back in another order is found, not made twice', async (t) => {
  const { step, sandbox } = await startService(t, { clock: quick });
  sandbox.faults.add({ method: 'POST', action: { kind: 'after', next: { kind: 'drop' } } });
  const params = { name: 'Единственный', custom_fields: { Интересы: ['Видео', 'Логотипы', 'Сайты'] } };
  t.equal((await step('amocrm_create_contact', params)).status, 200);
  t.equal(sandbox.store.contacts.values().filter(({ name }) => name === 'Единственный').length, 1);
});

const fieldsOf = (values: object[], more: object = { field_id: 1 }) => ({
  custom_fields_values: [{ ...more, values }],
});
const options = (...ids: number[]) => fieldsOf(ids.map((enum_id) => ({ enum_id })));
const phone = (value: string, more: object = { field_code: 'PHONE' }) => fieldsOf([{ value, enum_code: 'WORK' }], more);
const address = (value: string, enum_id: number) => fieldsOf([{ value, enum_id }]);

const comparisons: [string, boolean, Record<string, unknown>, Record<string, unknown>][] = [
  ['options in another order', true, options(1, 2, 3), options(3, 1, 2)],
  ['another option', false, options(1, 2), options(1, 3)],
  ['one option more', false, options(1, 2), options(1, 2, 3)],
  ['another spelling of a phone', true, phone('8 (900) 111-22-33'), phone('+79001112233')],
  ['a phone by its code in another case', true, phone('+79001112233', { field_code: 'phone' }), phone('89001112233')],
  ['another phone', false, phone('+79001112233'), phone('+79001112234')],
  ['a phone in another field', false, phone('+79001112233'), phone('+79001112233', { field_code: 'EMAIL' })],
  ['another text of the same part of an address', false, address('Мира, 1', 1), address('Мира, 2', 1)],
  ['another element of a list', false, fieldsOf([{ catalog_element_id: 1 }]), fieldsOf([{ catalog_element_id: 2 }])],
  ['no fields', false, options(1), {}],
];
for (const [what, equal, sent, read] of comparisons) {
  t.test(`${what}: ${equal ? 'reads back' : 'does not read back'}`, async (t) =>
    t.equal(readsBack({ notCompared: [], links: [] }, sent, read), equal),
  );
}
