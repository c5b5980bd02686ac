import t from 'tap';
import { isConditionTrue, mistakeIn } from '../../src/templates/condition.ts';
import { createTextBudget } from '../../src/templates/text-budget.ts';

const context = { name: 'Иван', count: 0, flag: false, empty: '', nothing: null, user: { list: [{ x: 5 }] } };

const source = () => ({ context, budget: createTextBudget() });

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
  ["{missing} != ''", false],
  [" == ''", true],
  ["{name} === 'Иван'", true],
  ["{empty} <== ''", true],
  ["== ''", true],
  ["{name} == 'Иван", true],
  ["{name} == 'И'ван'", true],
  ["{name} == '' == 'Иван'", false],
  [true, true],
  [false, false],
  [undefined, false],
];
for (const [condition, truth] of truths) {
  t.test(`the condition ${JSON.stringify(condition)} is ${truth}`, async (t) => {
    t.equal(isConditionTrue(condition, source()), truth);
  });
}

t.test('a hostile condition costs no more than its length', async (t) => {
  const length = 2 ** 20;
  for (const condition of [`a${' '.repeat(length)}`, `a${' =='.repeat(length)}`, `a ==${' '.repeat(length)}x'`]) {
    t.ok(isConditionTrue(condition, source()));
  }
});

t.test('a list or an object is no text to compare', async (t) => {
  for (const value of [{ toString: 1 }, {}, [], [1]]) {
    const strange = () => ({ context: { value }, budget: createTextBudget() });
    for (const condition of ["{value} == 'x'", "{value} != 'x'", "a {value} == 'x'", 'a {value}']) {
      t.throws(() => isConditionTrue(condition, strange()), { code: 'TEMPLATE_UNRESOLVED' }, condition);
    }
    t.ok(isConditionTrue('{value}', strange()));
  }
});

t.test('a comparison or negation of another form is mistaken, a text is not', async (t) => {
  for (const condition of [
    '{found} == false',
    'not {found}',
    'не {found}',
    '!{found}',
    '{n} > 5',
    '{n} == 2',
    '{y} == нет',
    "{y} == 'нет' && {n}",
    "{y} = 'нет'",
    "{y} === 'нет'",
    "{y == 'нет'}",
    '{y} == {n}',
    '{y} == ‘нет’',
    '{y} and {n}',
    '{y} is true',
    'if {found}',
    '{found}?',
    '{a} {b}',
    `$${'{found}'}`,
    '{found',
    "{name} == 'Иван",
  ]) {
    t.equal(mistakeIn(condition, () => true)?.kind, 'operator', condition);
  }
  for (const condition of [
    '{found}',
    ' {a || b} ',
    "{a} == 'x'",
    '{a}!="x > y"',
    "{a} == ''",
    "{a} == '{a}'",
    "{a.b} != '{{a.b}}'",
    'false',
    'да',
    '{a}{b}',
    '{notes}',
    'nothing',
    true,
    0,
    undefined,
  ]) {
    t.equal(
      mistakeIn(condition, (name) => name === 'found'),
      undefined,
      String(condition),
    );
  }
});

t.test('a comparison that no value could make true is mistaken', async (t) => {
  for (const condition of [
    "{a} == 'x' && {b} == 'y'",
    "{a} == 'x' || {b} == 'y'",
    "{a} == 'x' and {b} == 'y'",
    "{a} and {b} == 'y'",
    "'{a}' == 'x'",
    '"{a}" == "x"',
    "'x' == '{a}'",
    "not {a} == 'x'",
    "!{a} != 'x'",
    "{a}.lower() == 'x'",
    "{a} == '{b}'",
    "{a} != 'x{b}'",
    "x{a}x == 'x'",
    "{a}-{b}-{c} == '1-2'",
  ]) {
    t.equal(mistakeIn(condition, () => false)?.kind, 'operator', condition);
  }
  for (const condition of [
    "{first} {last} == 'Иван Петров'",
    "{a}{b} == ''",
    "+{phone} != '+79001112233'",
    "{a}-{b} == 'x-y-z'",
    `{a} == '{"k": 1}'`,
  ]) {
    t.equal(
      mistakeIn(condition, () => false),
      undefined,
      condition,
    );
  }
});

t.test('a hostile comparison is judged in a time that grows with its length', async (t) => {
  const length = 2 ** 17;
  for (const [left, right] of [
    ['{a}x'.repeat(length), `${'y'.repeat(length)}x`],
    [`{a}${'x'.repeat(length)}y`, 'x'.repeat(2 * length)],
    [`{a}y${'x'.repeat(length)}`, 'x'.repeat(2 * length)],
  ]) {
    const started = performance.now();
    t.ok(mistakeIn(`${left} == '${right}'`, () => false));
    t.ok(performance.now() - started < 1_000);
  }
});

t.test('a variable without its braces is mistaken, in a comparison too; another word is a text', (t) => {
  const isVariable = (name: string) => ['found', 'Клиент'].includes(name);
  for (const condition of [
    'found',
    ' found.contact.id ',
    "found == 'true'",
    'Клиент[0].имя!="да"',
    'found.leads[0]',
    '%found.x%',
    '$found',
  ]) {
    t.equal(mistakeIn(condition, isVariable)?.kind, 'bare', condition);
  }
  t.match(mistakeIn("found.count != '0'", isVariable), { variable: 'found.count' });
  for (const condition of [
    '{found}',
    'other',
    'other.found',
    "found it == 'x'",
    "'found' == 'found'",
    '1.5',
    'v1.2',
    'found@example.com',
  ]) {
    t.equal(mistakeIn(condition, isVariable), undefined, condition);
  }
  t.end();
});
