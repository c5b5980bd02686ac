import t from 'tap';
import type { EncodedField } from '../../../src/amocrm/fields/encode.ts';
import { appendValues } from '../../../src/amocrm/fields/merge.ts';
import { addFields } from '../../../src/amocrm/fields/written-fields.ts';
import type { Draft } from '../../../src/amocrm/writes/draft.ts';
import { growthOf } from '../../fixtures/growth.ts';

const field = { id: 1, code: 'PHONE', name: 'Телефон', type: 'multitext', options: [] };

function merged(values: readonly string[], held: readonly string[]): EncodedField {
  const asValues = (list: readonly string[]) => list.map((value) => ({ value, enum_code: 'WORK' }));
  const encoded: EncodedField = { input: { path: [], key: 'phone', value: values }, field, values: asValues(values) };
  const contact = { id: 1, custom_fields_values: [{ field_id: 1, field_code: 'PHONE', values: asValues(held) }] };
  return appendValues(encoded, contact);
}

function append(values: readonly string[], held: readonly string[]): unknown[] | undefined {
  return merged(values, held).values?.map(({ value }) => value);
}

t.test('new numbers come first, one in another spelling is moved as it is stored, others are kept', async (t) => {
  t.same(append(['8 900 111-22-33', '+7 900 000-00-01', '79000000001'], ['+79000000009', '+79001112233', 'x']), [
    '+79001112233',
    '+7 900 000-00-01',
    '+79000000009',
    'x',
  ]);
});

t.test('a number without its country takes the place of one stored number, not of all that end alike', async (t) => {
  const held = ['+7 900 123-45-67', '+1 900 123-45-67'];
  t.same(append(['9001234567'], held), held);
  t.same(append(['9001234567', '+1 900 1234567', '8 900 123 45 67'], held), held);
});

t.test('a refusal of a value names its place in the caller’s list, where a number was given twice too', async (t) => {
  const draft: Draft = { body: {}, origins: [] };
  addFields(draft, [merged(['+79000000001', '8 900 000-00-01', '+79000000002'], ['+79000000009'])]);
  t.match(draft.body.custom_fields_values, [
    { values: [{ value: '+79000000001' }, { value: '+79000000002' }, { value: '+79000000009' }] },
  ]);
  t.strictSame(
    draft.origins.map(({ at, path }) => [at, path]),
    [
      ['custom_fields_values.0', []],
      ['custom_fields_values.0.values.0', [0]],
      ['custom_fields_values.0.values.1', [2]],
    ],
  );
});

t.test('a contact with very many numbers costs time in proportion to them', async (t) => {
  const numbers = (count: number) => Array.from({ length: count }, (_, index) => `+7900${1_000_000 + index}`);
  t.ok((await growthOf(2_000, async (count) => append(numbers(count), numbers(count)))) < 10);
});
