import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import t from 'tap';
import { resolveTemplates } from '../../src/templates/resolve.ts';
import { parseTemplate, readOperands } from '../../src/templates/template.ts';
import { createTextBudget } from '../../src/templates/text-budget.ts';
import { judgeUnfilled } from '../../src/templates/unfilled.ts';

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

const source = () => ({ context, budget: createTextBudget() });

function resolve(value: unknown): unknown {
  const { value: resolved, faults } = resolveTemplates(value, source(), ['params']);
  if (faults.length > 0)
    throw new Error(faults.map(({ path, message }) => `${path.join('.')}: ${message.en}`).join('; '));
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

t.test('of an object that is inserted, members that are null are left out; lists keep their places', async (t) => {
  const inner = { a: null, b: { c: null, d: '' }, list: [null, { e: null, f: 0 }], g: false };
  const sent = structuredClone(inner);
  const { value } = resolveTemplates(['{inner}', '{inner.list}'], { ...source(), context: { inner } }, []);
  const list = [null, { f: 0 }];
  t.strictSame(value, [{ b: { d: '' }, list, g: false }, list]);
  t.strictSame(inner, sent, 'the context is unchanged');
  t.strictSame(resolve({ a: null, b: [null] }), { a: null, b: [null] }, 'what the params say themselves stays');
});

t.test('without a context a string that is one placeholder is refused, text with one is warned of', async (t) => {
  const params = { name: '{user_name}', note: 'Привет, {user_name}', tags: ['a', '{b}!'], price: 1, text: '{' };
  const { faults, warnings } = judgeUnfilled(params, []);
  t.same(
    faults.map(({ path }) => path),
    [['name']],
  );
  t.same(
    warnings.map(({ en }) => en),
    ['params.note holds {user_name}', 'params.tags[1] holds {b}'].map(
      (start) => `${start} as it stands: the request has no context to take its value from`,
    ),
  );
});

t.test('any text in, no crash, and nothing from outside the context', async (t) => {
  const piece = fc.oneof(
    fc.constantFrom('{', '}', '||', "'", '"', '.', '[0]', 'name', 'user', '__proto__', ' ', '{{', '}}'),
    fc.string(),
  );
  await fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const { value } = resolveTemplates(pieces.join(''), source(), []);
      return typeof value !== 'function' && value !== Object.prototype;
    }),
    { numRuns: 2_000, seed: 3 },
  );
  t.pass('held');
});

const mebibyte = 2 ** 20;
const fill = (text: string) => text.repeat(Math.ceil(mebibyte / text.length)).slice(0, mebibyte);

t.test('hostile text costs no more than its length', async (t) => {
  const repeated = ['{', '{{{{', '{a', '{a.', '{a||', "{a||'", '{a || a ', "{{a||'{b||\"||'", '{ '];
  const led = ['{a.b.c.d', '{a[0][0]', '{aaaa', '{    ', '{a    ', '{a||b||b', "{a||'x'||'x'"];
  for (const text of [...repeated.map(fill), ...led.map((start) => start.slice(0, 2) + fill(start.slice(2)))]) {
    t.same(parseTemplate(text), [text], text.slice(0, 12));
  }
});

t.test('templates may take a mebibyte of text and not a byte more, however many placeholders bring it', async (t) => {
  const half = 'я'.repeat(mebibyte / 4);
  const taken = (template: string, context: object) =>
    resolveTemplates(template, { context: { ...context }, budget: createTextBudget() }, []).value;
  t.equal(Buffer.byteLength(String(taken('{b}{b}', { b: half }))), mebibyte);
  t.equal(taken('{b}'.repeat(16_384), { b: 'x'.repeat(64) }), 'x'.repeat(mebibyte));
  for (const template of ['{b}{b}{c}', '{b}{b} {c}']) {
    const tooMuch = { code: 'CONTEXT_TOO_LARGE', message: 'Templates take more than 1048576 bytes from the context' };
    t.throws(() => taken(template, { b: half, c: 1 }), tooMuch, template);
  }
});

t.test('very many placeholders, or operands of one, are refused before they are read', async (t) => {
  for (const text of [fill('{name}'), `{${fill('name||')}name}`]) {
    t.throws(() => resolveTemplates(text, source(), []), {
      code: 'CONTEXT_TOO_LARGE',
      message: /too many placeholders/,
    });
    t.equal(resolveTemplates(text.slice(0, 1_000), source(), []).faults.length, 0);
  }
});

const path = fc.array(fc.constantFrom('a', 'имя', 'x_1', '٣', '0'), { minLength: 1, maxLength: 4 });
const literal = fc.constantFrom("'", '"').chain((quote) =>
  fc.string({ unit: fc.constantFrom('a', '{', '}', '|', "'", '"', ' ') }).map((text) => {
    const kept = text.replaceAll(quote, '');
    return { operand: { literal: kept }, source: `${quote}${kept}${quote}` };
  }),
);
const variable = path.map((names) => {
  const [first = '', ...others] = names;
  return {
    operand: { path: names },
    source: first + others.map((name) => (name === '0' ? '[0]' : `.${name}`)).join(''),
  };
});
const blank = fc.constantFrom('', ' ', '\t ');
const placeholder = fc
  .tuple(variable, fc.array(fc.oneof(variable, literal), { maxLength: 3 }), blank, fc.boolean())
  .map(([first, others, gap, isDouble]) => {
    const all = [first, ...others];
    const inner = all.map(({ source }) => `${gap}${source}${gap}`).join('||');
    return { source: isDouble ? `{{${inner}}}` : `{${inner}}`, operands: all.map(({ operand }) => operand) };
  });
const plain = fc.string({ unit: fc.constantFrom('a', ' ', '}', '|', '.', "'", '"', '[0]', '😀'), minLength: 1 });

t.test('placeholders are read as they were written, wherever they stand', async () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(plain, placeholder), { maxLength: 5 }), (pairs) => {
      const text = pairs.map(([before, { source }]) => before + source).join('');
      const parts = parseTemplate(text);
      const expected = pairs.flatMap(([before, { operands }]) => [before, operands]);
      const found = parts.map((part) => (typeof part === 'string' ? part : readOperands(part)));
      return isDeepStrictEqual(found, expected);
    }),
    { numRuns: 2_000, seed: 4 },
  );
});

t.test('the parts of any text are the text, each placeholder at its place', async () => {
  const piece = fc.constantFrom('{', '{', '}', '||', "'", '"', '.', '[0]', 'a', ' ', '{a}', '{{b}}', "{a||'x'}", '-');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const text = pieces.join('');
      const parts = parseTemplate(text);
      const isPlaced = parts.every((part) => typeof part === 'string' || text.startsWith(part.source, part.at));
      return isPlaced && parts.map((part) => (typeof part === 'string' ? part : part.source)).join('') === text;
    }),
    { numRuns: 2_000, seed: 5 },
  );
});

t.test('a variable that is nearly right is named; where an id is due nothing else is advised', (t) => {
  const told = (text: string, path: string[] = ['params', 'name']) =>
    resolveTemplates(text, source(), path).faults.map(({ message }) => message.en);
  t.strictSame(told('{nam}'), ['{nam} at position 0 has no value in the context; did you mean {name}?']);
  t.match(told('Тел. {user.phon}'), [/did you mean \{user\.phone\}\?$/]);
  t.match(told('{nothing}'), [/or write \{name \|\| ''\}$/], 'it is there, and null');
  t.match(told('{zzzzzzzz}', ['params', 'contact_id']), [/look first whether there is one$/]);
  t.match(told('{user.tags[7]}'), [/or write/]);
  t.end();
});

t.test('what begins as a variable and is no placeholder is warned of, other braces are not', (t) => {
  const told = (text: string) => resolveTemplates(text, source(), ['name']).warnings.map(({ en }) => en);
  t.match(told('{name | x}'), [/^params\.name holds \{name \| x\} as it stands/]);
  t.match(told('Для {name, спасибо'), [/holds \{name, спасибо as it stands/]);
  t.match(told('{count} и {name'), [/holds \{name as it stands/]);
  for (const text of ['{a-b}', '{"name": 1}', '{', '{ }', '{other', '{name}', '{{name}'])
    t.strictSame(told(text), [], text);
  const many = Array.from({ length: 60 }, () => '{name');
  t.equal(resolveTemplates(many, source(), []).warnings.length, 50);
  t.end();
});
