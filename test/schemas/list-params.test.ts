import t from 'tap';
import { Type } from 'typebox';
import { givenPath } from '../../src/schemas/aliases.ts';
import { Filter, ids, since, words } from '../../src/schemas/list-params.ts';
import { faultsOfValidation } from '../../src/schemas/schema-faults.ts';
import { validator } from '../../src/schemas/validator.ts';

const params = Type.Object({
  kinds: Type.Optional(words('Kinds.', ['a', 'b'])),
  filter: Filter({ id: ids('Ids.'), updated_at: since('When.') }),
});
const validate = validator.compile(params);

/** What the step gets, or the faults by their paths. */
function judge(value: unknown): unknown {
  const data = structuredClone(value);
  if (validate(data)) return data;
  return faultsOfValidation(validate.errors ?? []).map(
    ({ path, message }) => `${givenPath(data, path).join('.')} ${message.en}`,
  );
}

t.test('one value and a list come to the same', async (t) => {
  for (const id of [7, '7', [7], ['7']]) t.strictSame(judge({ filter: { id } }), { filter: { id: [7] } });
  for (const kinds of ['a,b', ' a , b ', ['a', 'b']]) t.strictSame(judge({ kinds }), { kinds: ['a', 'b'] });
});

t.test('a number means from then on', async (t) => {
  for (const updated_at of [5, '5', { from: '5' }]) {
    t.strictSame(judge({ filter: { updated_at } }), { filter: { updated_at: { from: 5 } } });
  }
});

t.test('names as in amoCRM’s addresses', async (t) => {
  t.strictSame(judge({ filter: { 'filter[id]': '7', 'filter[updated_at][]': 5 } }), {
    filter: { id: [7], updated_at: { from: 5 } },
  });
  t.strictSame(judge({ filter: { id: null, 'filter[id]': '7', 'filter[updated_at]': '' } }), { filter: { id: [7] } });
});

t.test('faults stand where the caller wrote', async (t) => {
  t.strictSame(judge({ kinds: 'a,c' }), ['kinds must be one of a, b (sent: "c")']);
  t.strictSame(judge({ kinds: ['a', 'c'] }), ['kinds.1 must be one of a, b (sent: "c")']);
  t.strictSame(judge({ kinds: 5 }), ['kinds must be a list or text with commas (sent: 5)']);
  t.strictSame(judge({ filter: { 'filter[id]': 'x' } }), ['filter.filter[id] must be integer (sent: "x")']);
  t.strictSame(judge({ filter: { id: [0, 1, {}] } }), [
    'filter.id.0 must be >= 1 (sent: 0)',
    'filter.id.2 must be integer (sent: {…})',
  ]);
  t.strictSame(judge({ filter: { updated_at: [1] } }), [
    'filter.updated_at must be integer or {"from", "to"} (sent: […])',
  ]);
  t.strictSame(judge({ filter: { updated_at: { from: 'x' } } }), [
    'filter.updated_at.from must be integer (sent: "x")',
  ]);
  t.strictSame(judge({ filter: { nope: 1 } }), ['filter.nope is no filter of this list; there are id, updated_at']);
});
