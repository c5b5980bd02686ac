import t from 'tap';
import { Type } from 'typebox';
import { givenPath } from '../../src/schemas/aliases.ts';
import { Integer } from '../../src/schemas/atoms.ts';
import { Filter, ids, since, words } from '../../src/schemas/list-params.ts';
import { faultsOfValidation } from '../../src/schemas/schema-faults.ts';
import { validator } from '../../src/schemas/validator.ts';

const limits = { minimum: 0, maximum: 9 };
const Place = Type.Object({ a: Integer('A.', limits), b: Integer('B.', limits) }, { additionalProperties: false });
const further = {
  places: Type.Optional(Type.Array(Place)),
  fields: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { maxProperties: 3 })),
};
const params = Type.Object({
  kinds: Type.Optional(words('Kinds.', ['a', 'b'])),
  filter: Filter({ id: ids('Ids.'), updated_at: since('When.'), ...further }),
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

t.test('parts of a filter as in amoCRM’s addresses', async (t) => {
  const cases: [filter: object, meant: object][] = [
    [{ 'filter[updated_at][from]': '5', 'filter[updated_at][to]': 6 }, { updated_at: { from: 5, to: 6 } }],
    [{ 'filter[id][0]': 7, 'filter[id][1]': '8' }, { id: [7, 8] }],
    [{ 'filter[id][10]': 7, 'filter[id][9]': '8' }, { id: [8, 7] }],
    [
      { 'filter[places][0][a]': 1, 'filter[places][1][b]': 4, 'filter[places][0][b]': 2, 'filter[places][1][a]': 3 },
      {
        places: [
          { a: 1, b: 2 },
          { a: 3, b: 4 },
        ],
      },
    ],
    [{ 'filter[fields][0][]': 'x', 'filter[fields][1]': ['y'] }, { fields: { 0: 'x', 1: ['y'] } }],
    [{ 'filter[fields][0][0]': 'x', 'filter[fields][2][from]': 'y' }, { fields: { 0: ['x'], 2: { from: 'y' } } }],
    [{ updated_at: '', 'filter[updated_at][to]': 6 }, { updated_at: { to: 6 } }],
  ];
  for (const [filter, meant] of cases) t.strictSame(judge({ filter }), { filter: meant }, JSON.stringify(filter));
});

t.test('faults in parts of a filter stand where the caller wrote', async (t) => {
  const cases: [filter: object, ...faults: string[]][] = [
    [{ 'filter[updated_at][from]': 'x' }, '[updated_at][from] must be integer (sent: "x")'],
    [{ 'filter[updated_at][since]': 1 }, '[updated_at][since] is not a param; params: from, to'],
    [{ 'filter[id][0]': 7, 'filter[id][1]': 'x' }, '[id][1] must be integer (sent: "x")'],
    [{ 'filter[id][from]': 7 }, '[id] must be one value or a list (sent: {…})'],
    [{ 'filter[places][0][a]': 1 }, '[places][0][b] is required'],
    [{ 'filter[places][0][a]': 1, 'filter[places][0][b]': '1.5' }, '[places][0][b] must be integer (sent: "1.5")'],
    [
      { updated_at: 5, 'filter[updated_at][to]': 6 },
      '[updated_at][to] give updated_at or filter[updated_at][to], not both',
    ],
    [{ 'filter[id]': 5, 'filter[id][0]': 6 }, '[id][0] give id or filter[id][0], not both'],
    [{ 'filter[id][0][]': 5, 'filter[id][0]': 6 }, '[id][0] give id or filter[id][0], not both'],
    [
      { 'filter[fields][a]': 5, 'filter[fields][a][b]': 6 },
      '[fields][a][b] give fields or filter[fields][a][b], not both',
    ],
  ];
  for (const [filter, ...faults] of cases) {
    t.strictSame(
      judge({ filter }),
      faults.map((fault) => `filter.filter${fault}`),
      JSON.stringify(filter),
    );
  }
});

t.test('names that say nothing, and those of prototypes, are no filters', async (t) => {
  for (const rest of [
    '[nope][from]',
    '[id',
    '[id][][0]',
    '[id]]',
    '[[id]]',
    '[]',
    '[constructor][from]',
    '[toString][a]',
    '[fields][__proto__][a]',
    '[fields][__proto__]',
    '[fields][a][b][c][d]',
    '[fields][a]b[c]',
  ]) {
    t.match(judge({ filter: { [`filter${rest}`]: 5 } }), [/is no filter of this list/], rest);
  }
  t.equal(Reflect.get({}, 'a'), undefined);
});

t.test('of very many parts the rest is refused, and nothing is lost', async (t) => {
  const keys = Array.from({ length: 3_000 }, (_, at) => `filter[fields][a][${at}]`);
  const data = { filter: Object.fromEntries(keys.map((key) => [key, 1])) };
  t.equal(validate(data), false);
  const left: object = data.filter;
  t.strictSame(Object.keys(left).slice(0, 2), ['filter[fields][a][2000]', 'filter[fields][a][2001]']);
  t.match(left, { fields: { a: { 1999: 1 } } });
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
  t.strictSame(judge({ filter: { nope: 1 } }), [
    'filter.nope is no filter of this list; there are id, updated_at, places, fields',
  ]);
});
