import fc, { type Arbitrary } from 'fast-check';
import { exclusive, owners } from './account.ts';
import { aliasesOf, propertiesIn, type Schema } from './document.ts';

/** Requests made from the schemas of the OpenAPI document: such as it allows, and such as it does not. */

/** What people, bots and attackers write. None of it is a placeholder, so it has to arrive as it is. */
const snippets = [
  'Иван Петров',
  '  двойные  пробелы ',
  'ё й',
  '😀👨‍👩‍👧🏳️‍🌈',
  'مرحبا\u202e!',
  '\u0000',
  '\u0007\u001b[31m',
  '\ufeff.',
  'a\u2028b\u2029c',
  '\ud800.',
  '.\udfff',
  'a\r\nb\tc',
  '"\\/\'`',
  '<b onclick="x()">&amp;</b>',
  '%00%zz%D0',
  '&limit=1#?+ ;',
  '+7 900 123-45-67',
  "'; DROP TABLE contacts; --",
  '{',
  '{ }',
  '{a-b}',
  '{"k": 1}',
  '__proto__',
  '007',
  '1e3',
];

/** A text of at least one letter. A lone `}` could close the `{` of another part, so there is none. */
export function texts(maxLength: number): Arbitrary<string> {
  const part = fc.oneof(
    fc.constantFrom(...snippets),
    fc.string({ unit: 'binary', maxLength: 8 }).map((text) => text.replaceAll('}', ')')),
  );
  const joined = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => cut(parts.join(''), maxLength));
  const longest = fc.constant('ю'.repeat(maxLength));
  return fc.oneof({ weight: 20, arbitrary: joined }, { weight: 1, arbitrary: longest });
}

function cut(text: string, maxLength: number): string {
  return [...text].slice(0, maxLength).join('');
}

const words = fc.stringMatching(/^[a-zж連_][a-zё0-9_]{0,12}$/u);
const numbers = fc.oneof(
  fc.integer({ min: -999, max: 999 }),
  fc.maxSafeInteger(),
  fc.double({ min: -1e6, max: 1e6, noNaN: true }),
);
const scalars = fc.oneof(texts(30), numbers, fc.boolean(), fc.constant(null));
const keys = fc.oneof(
  words,
  fc.constantFrom('', '0', 'constructor', 'toString', 'a.b', 'имя поля', '\ud800', '\u0000'),
);
const json = fc.oneof(
  { weight: 4, arbitrary: scalars },
  { weight: 1, arbitrary: fc.array(scalars, { maxLength: 3 }) },
  { weight: 1, arbitrary: fc.dictionary(keys, scalars, { maxKeys: 3 }) },
);

/** Values that the schema allows, in every form that the service takes: digits for integers, null for nothing. */
export function valid(schema: Schema): Arbitrary<unknown> {
  const { oneOf, enum: constants, type, examples = [] } = schema;
  if (oneOf !== undefined) return fc.oneof(...oneOf.map(valid));
  if (constants !== undefined) return fc.constantFrom(...constants);
  if (type === undefined) return json;
  if (schema['x-coerce'] === 'list') return fc.oneof(valid(schema.items ?? {}), lists(schema));
  if (schema['x-coerce'] === 'words')
    return fc.oneof(
      lists(schema),
      lists(schema).map((words) => words.join(', ')),
    );
  const any = fc.oneof(...[type].flat().map((one) => ofType(one, schema)));
  if (examples.length === 0 || type === 'object') return any;
  return fc.oneof({ weight: 3, arbitrary: any }, { weight: 1, arbitrary: fc.constantFrom(...examples) });
}

function ofType(type: string, schema: Schema): Arbitrary<unknown> {
  if (type === 'object') return objects(schema);
  if (type === 'array') return lists(schema);
  if (type === 'integer') return integers(schema);
  if (type === 'string' && schema['x-coerce'] === 'number') return decimals(schema).map(String);
  if (type === 'string')
    return ['integer', 'since'].includes(String(schema['x-coerce'])) ? integers(schema).map(String) : strings(schema);
  if (type === 'number' && schema['x-coerce'] === 'number') return decimals(schema);
  if (type === 'number') return numbers.filter((number) => fits(String(number), schema));
  if (type === 'boolean') return fc.boolean();
  if (type === 'null') return fc.constant(null);
  throw new Error(`no values of type ${type} are made here`);
}

function integers({ minimum = 0, maximum = Number.MAX_SAFE_INTEGER }: Schema): Arbitrary<number> {
  const [min, max] = [Number(minimum), Number(maximum)];
  return fc.oneof(fc.integer({ min, max: Math.min(max, min + 20) }), fc.integer({ min, max }));
}

/** With three digits after the point at most. */
function decimals({ minimum = 0, maximum = 1_000_000 }: Schema): Arbitrary<number> {
  const [least, most] = [Number(minimum), Number(maximum)].map((limit) => Math.round(limit * 1000));
  return fc.integer({ min: least ?? 0, max: most ?? 0 }).map((thousandths) => thousandths / 1000);
}

function strings(schema: Schema): Arbitrary<string> {
  const { pattern = '\\S', maxLength = 300 } = schema;
  const text = String(pattern);
  if (text === '\\S') return texts(Number(maxLength)).filter((candidate) => fits(candidate, schema));
  // What fast-check cannot make of a pattern, words do.
  const matching = text.includes('(?!') ? words : fc.stringMatching(new RegExp(text, 'u'));
  return matching.filter((candidate) => fits(candidate, schema));
}

function fits(text: string, { pattern = '\\S', maxLength = Number.POSITIVE_INFINITY }: Schema): boolean {
  return new RegExp(String(pattern), 'u').test(text) && [...text].length <= Number(maxLength);
}

function lists({ items = {}, minItems = 0, maxItems = 3 }: Schema): Arbitrary<unknown[]> {
  return fc.array(valid(items), { minLength: Number(minItems), maxLength: Math.min(Number(maxItems), 3) });
}

function objects(schema: Schema): Arbitrary<object> {
  const {
    properties = {},
    required = [],
    allOf: [{ anyOf = [schema] } = {}] = [],
    additionalProperties,
    examples = [],
  } = schema;
  const extras = additionalProperties === false ? fc.constant({}) : fc.oneof(strangers(schema), someOf(examples[0]));
  const alternatives = anyOf.map((branch) => {
    const needed = new Set([...required, ...(branch.required ?? [])]);
    const parts = Object.entries(properties).map(([key, part]): [string, Arbitrary<unknown>] => {
      const absent = needed.has(key) ? [] : countsAsAbsent(schema);
      const some = { weight: 9, arbitrary: valid(part) };
      return [key, fc.oneof(some, ...absent.map((none) => ({ weight: 1, arbitrary: fc.constant(none) })))];
    });
    return fc.record(Object.fromEntries(parts), { requiredKeys: [...needed] });
  });
  return fc.tuple(extras, fc.oneof(...alternatives), fc.boolean()).map(([free, named, isById]) => {
    const given = new Map(Object.entries({ ...free, ...named }));
    const isGiven = (name: string) => (given.get(name) ?? '') !== '';
    for (const [name, other] of exclusive) if (isGiven(name) && isGiven(other)) given.delete(isById ? name : other);
    const [owner] = owners.filter(isGiven);
    if (isGiven('catalog') || isGiven('catalog_id')) for (const one of owners) if (one !== owner) given.delete(one);
    for (const [alias, name] of aliasesOf(schema))
      if (given.has(alias) && given.has(name)) given.delete(isById ? name : alias);
    for (const [name, needed] of Object.entries(schema.dependentRequired ?? {}))
      if (!needed.every(isGiven)) given.delete(name);
    return fewEnough(Object.fromEntries(given), schema);
  });
}

/** As many properties as the schema allows, where it says how many. */
function fewEnough(
  made: object,
  { minProperties = 0, maxProperties = Number.POSITIVE_INFINITY, examples }: Schema,
): object {
  const given = Object.entries(made).filter(([, value]) => value !== null && value !== '');
  if (given.length < Number(minProperties)) return Object(examples?.[0]);
  return given.length > Number(maxProperties) ? Object.fromEntries(given.slice(-Number(maxProperties))) : made;
}

/** Keys that the schema does not know, with such values as it allows them. */
function strangers({ properties = {}, additionalProperties = true }: Schema): Arbitrary<object> {
  return fc.dictionary(
    fc.oneof(keys, fc.constantFrom('phone', 'email')).filter((key) => !Object.hasOwn(properties, key)),
    typeof additionalProperties === 'boolean' ? json : valid(additionalProperties),
    { maxKeys: 3 },
  );
}

function someOf(example: unknown): Arbitrary<object> {
  const parts = Object.entries(Object(example)).map(([key, value]) => [key, fc.constant(value)]);
  return fc.record(Object.fromEntries(parts), { requiredKeys: [] });
}

function countsAsAbsent({ 'x-empty-as-absent': values }: Schema): unknown[] {
  return Array.isArray(values) ? values : [];
}

/** A request that is to be refused, and why. */
export interface Spoiled {
  what: string;
  payload: string | Buffer;
}

/** Requests of which each breaks the document in one place, or is no JSON at all. */
export function spoiled(schema: Schema, bodies = valid(schema)): Arbitrary<Spoiled> {
  return bodies.chain((body) => fc.constantFrom(...spoil(schema, body)));
}

function spoil(schema: Schema, body: unknown): Spoiled[] {
  const places = propertiesIn(schema, body);
  const text = JSON.stringify(body);
  const change = (what: string, path: readonly (string | number)[], value: unknown): Spoiled => {
    const copy = structuredClone(body);
    place(copy, path, value);
    return { what, payload: JSON.stringify(copy) };
  };
  const takesStepParams = schema.properties?.params !== undefined;
  return [
    ...places.flatMap((part) =>
      wrongFor(part.schema).map((value) => change(`${part.name} is ${JSON.stringify(value)}`, part.path, value)),
    ),
    ...places
      .filter(({ required, schema: part }) => required && part.default === undefined)
      .map(({ name, path }) => change(`no ${name}`, path, undefined)),
    ...(takesStepParams ? strangeKeys.map((key) => change(`params.${key}`, ['params', key], 1)) : []),
    ...rawValues.map((raw) => ({ what: `context.x is ${raw}`, payload: withRaw(body, raw) })),
    ...nonJson(text).map((payload) => ({ what: 'no such JSON', payload })),
  ];
}

const strangeKeys = ['nope', 'Name', '', '0', 'constructor', 'toString', 'hasOwnProperty', '\ud800'];

const rawValues = [
  '9007199254740993',
  '-9007199254740992',
  '1e400',
  '[1e16]',
  '{"__proto__": {"admin": true}}',
  '[{"__proto__": 1}]',
  '{"constructor": {"prototype": {"admin": true}}}',
  '{"\\u005f_proto__": 1}',
  `${'['.repeat(64)}${']'.repeat(64)}`,
  `${'{"a":'.repeat(100)}1${'}'.repeat(100)}`,
];

function withRaw(body: unknown, raw: string): string {
  return JSON.stringify({ ...Object(body), context: { x: '@raw@' } }).replace('"@raw@"', () => raw);
}

function nonJson(text: string): (string | Buffer)[] {
  return [
    '',
    ' ',
    'null',
    '[]',
    '5',
    '"x"',
    text.slice(0, -1),
    `${text},`,
    `${text}${text}`,
    text.replace('{', '{,'),
    text.replace('{', '{"x": NaN, '),
    text.replace('{', '{"x": 01, '),
    text.replace('{', '{"x": "\n", '),
    text.replace('{', '{// x\n'),
    text.replaceAll('"', "'"),
    JSON.stringify(text),
    Buffer.from(text.replace('{', '{"x": "\u0080", '), 'latin1'),
    Buffer.from(text, 'utf16le'),
    Buffer.concat([Buffer.from('{"x": "'), Buffer.from([0xed, 0xa0, 0x80]), Buffer.from(`", ${text.slice(1)}`)]),
  ];
}

/** Values that the schema, and what the service turns into it, does not allow. */
function wrongFor(schema: Schema): unknown[] {
  const { type, enum: constants, oneOf, maxLength, minimum, maximum, maxItems, items } = schema;
  if (constants !== undefined) return ['nope', 5, true, {}, []];
  const kind = schema['x-coerce'] ?? (oneOf === undefined ? [type ?? 'anything'].flat().join() : 'object');
  const tooMany = maxItems === undefined ? [] : [Array(Number(maxItems) + 1).fill(validExample(items))];
  const tooLong = maxLength === undefined ? [] : ['y'.repeat(Number(maxLength) + 1)];
  switch (kind) {
    case 'integer':
      return [true, {}, [], 1.5, 'x', '1.5', ' 5', '1e1', '9007199254740992', ...outside(minimum, maximum)];
    case 'number':
      return [true, {}, [], 'x', '1,5', ' 5', '1e1', '-1', '.5', ...outside(minimum, maximum)];
    case 'text':
      return [true, {}, [], '\t', ...tooLong];
    case 'string':
      return [true, {}, [], 5, ...tooLong];
    case 'string,number':
      return [true, {}, []];
    case 'object':
      return [true, 5, 'x', [], [{}]];
    case 'array':
      return [true, 5, 'x', {}, ...tooMany];
    default:
      return [];
  }
}

function outside(minimum: unknown, maximum: unknown): number[] {
  const below = minimum === undefined ? [] : [Number(minimum) - 1];
  const above = maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? [] : [Number(maximum) + 1];
  return [...below, ...above];
}

function validExample(schema: Schema | undefined): unknown {
  return schema?.examples?.[0] ?? {};
}

/** Puts the value at the path; undefined takes away what is there. */
function place(whole: unknown, path: readonly (string | number)[], value: unknown): void {
  const last = path.at(-1) ?? '';
  const parent = path.slice(0, -1).reduce<unknown>((node, key) => Reflect.get(Object(node), key), whole);
  if (value === undefined) Reflect.deleteProperty(Object(parent), last);
  else Object.defineProperty(parent, last, { value, enumerable: true, configurable: true, writable: true });
}
