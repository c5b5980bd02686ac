import fc from 'fast-check';
import t from 'tap';
import { isConditionTrue } from '../../src/templates/condition.ts';
import { refuseBarePlaceholders, resolveTemplates } from '../../src/templates/resolve.ts';

const context = {
  name: 'Иван',
  имя: 'Пётр',
  count: 0,
  flag: false,
  empty: '',
  nothing: null,
  user: { phone: '+79001234567', tags: ['a', 'b'], list: [{ x: 5 }] },
  text: '{name}',
  length: 3,
};

function resolve(value: unknown): unknown {
  const { value: resolved, faults } = resolveTemplates(value, context, ['params']);
  if (faults.length > 0) throw new Error(faults.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; '));
  return resolved;
}

const values: [string, unknown][] = [
  ['{name}', 'Иван'],
  ['{ name }', 'Иван'],
  ['{{name}}', 'Иван'],
  ['{{ name }}', 'Иван'],
  ['{имя}', 'Пётр'],
  ['{count}', 0],
  ['{flag}', false],
  ['{user.phone}', '+79001234567'],
  ['{user.tags}', ['a', 'b']],
  ['{user.tags[1]}', 'b'],
  ['{user.list[0].x}', 5],
  ['{user.list.0.x}', 5],
  ['{missing || name}', 'Иван'],
  ['{nothing || flag || empty || count}', 0],
  ["{missing || ''}", ''],
  ['{missing || "нет"}', 'нет'],
  ['{missing || \'it is "so"\'}', 'it is "so"'],
  ['Сделка от {name}', 'Сделка от Иван'],
  ['{name}-{count}', 'Иван-0'],
  ['{name} ', 'Иван '],
  ['{text}', '{name}'],
  ['в {text}', 'в {name}'],
  ['{', '{'],
  ['{}', '{}'],
  ['{ }', '{ }'],
  ['{a-b}', '{a-b}'],
  ['{"k": 1}', '{"k": 1}'],
  ["{'k'}", "{'k'}"],
  ['{{name}', '{Иван'],
  ['}{name}{', '}Иван{'],
  ['{a b}', '{a b}'],
];
for (const [template, expected] of values) {
  t.test(`${template} becomes ${JSON.stringify(expected)}`, async (t) => {
    t.same(resolve(template), expected);
  });
}

const unresolved: [string, RegExp][] = [
  ['{missing}', /\{missing\} at position 0 has no value/],
  ['{nothing}', /has no value/],
  ['{a || b}', /\{a \|\| b\}/],
  ['{empty || flag}', /has no value/],
  ['Привет, {missing}!', /at position 8/],
  ['x {user}', /list or an object/],
  ['{user.tags.length}', /has no value/],
  ['{length}', /has no value/],
  ['{user.__proto__}', /has no value/],
  ['{constructor}', /has no value/],
  ['{name.constructor}', /has no value/],
  ['{user.toString}', /has no value/],
  ['{name.0}', /has no value/],
];
for (const [template, message] of unresolved) {
  t.test(`${template} is refused`, async (t) => {
    t.throws(() => resolve(template), { message });
  });
}

t.test('values at any depth are resolved, keys never, and faults name their place', async (t) => {
  t.same(resolve({ '{name}': ['{name}', { deep: '{count}' }], n: 1 }), { '{name}': ['Иван', { deep: 0 }], n: 1 });
  t.throws(() => resolve({ a: [1, '{x}'], b: '{y}' }), { message: /params\.a\.1: \{x\}.*; params\.b: \{y\}/ });
});

t.test('without a context a string that is one placeholder is refused, text with one is not', async (t) => {
  const faults = refuseBarePlaceholders({ name: '{user_name}', note: 'Привет, {user_name}' }, ['params']);
  t.same(
    faults.map(({ path }) => path),
    [['params', 'name']],
  );
});

t.test('any text in, no crash, and nothing from outside the context', async (t) => {
  const piece = fc.oneof(
    fc.constantFrom('{', '}', '||', "'", '"', '.', '[0]', 'name', 'user', '__proto__', ' ', '{{', '}}'),
    fc.string(),
  );
  await fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const { value } = resolveTemplates(pieces.join(''), context, []);
      return typeof value !== 'function' && value !== Object.prototype;
    }),
    { numRuns: 2_000, seed: 3 },
  );
  t.pass('held');
});

t.test('hostile text costs no more than its length', async (t) => {
  for (const text of ['{'.repeat(200_000), '{a.'.repeat(100_000), "{a||'".repeat(50_000), '{a || a '.repeat(50_000)]) {
    t.equal(resolveTemplates(text, context, []).value, text);
  }
});

const truths: [unknown, boolean][] = [
  ['{name}', true],
  ['{missing}', false],
  ['{nothing}', false],
  ['{flag}', false],
  ['{count}', false],
  ['{empty}', false],
  ['false', false],
  ['{user.list[0].x}', true],
  ["{name} == 'Иван'", true],
  ["{name} != 'Иван'", false],
  ['{name}=="Пётр"', false],
  ["{count} == '0'", true],
  ["{missing} == ''", true],
  ["{missing} != 'x'", true],
  ["{missing || name} == 'Иван'", true],
  [true, true],
  [false, false],
  [undefined, false],
];
for (const [condition, truth] of truths) {
  t.test(`the condition ${JSON.stringify(condition)} is ${truth}`, async (t) => {
    t.equal(isConditionTrue(condition, context), truth);
  });
}
