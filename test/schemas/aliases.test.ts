import t from 'tap';
import { Type } from 'typebox';
import { documentedParams } from '../../src/http/reference/step-params.ts';
import { givenPath } from '../../src/schemas/aliases.ts';
import { Integer } from '../../src/schemas/atoms.ts';
import { faultsOfValidation } from '../../src/schemas/schema-faults.ts';
import { createValidator } from '../../src/schemas/validator.ts';

const strict = { additionalProperties: false, 'x-empty-as-absent': [null, ''] };
const Inner = Type.Object(
  { size: Type.Optional(Integer('Size.', { minimum: 1, maximum: 9, default: 3 })) },
  { ...strict, 'x-aliases': { length: 'size' } },
);
const Params = Type.Object(
  {
    events: Type.Array(Type.String({ description: 'An event.' }), { description: 'The events.' }),
    parts: Type.Optional(Type.Array(Inner, { description: 'Parts.' })),
  },
  { ...strict, 'x-aliases': { settings: 'events' } },
);

const validate = createValidator().compile(Params);

function judge(data: object): unknown {
  const faults = validate(data) ? [] : faultsOfValidation(validate.errors ?? []);
  return faults.map(({ path, message }) => [givenPath(data, path).join('.'), message.en]);
}

t.test('a property may be given by its alias, at any depth', async (t) => {
  const data = { settings: ['a'], parts: [{ length: '5' }, { size: 6 }, {}] };
  t.strictSame(judge(data), []);
  t.strictSame(data, { events: ['a'], parts: [{ size: 5 }, { size: 6 }, { size: 3 }] });
});

t.test('faults stand where the caller wrote them', async (t) => {
  t.strictSame(judge({ settings: [5], parts: [{ length: 10 }, { size: 11 }] }), [
    ['settings.0', 'must be string (sent: 5)'],
    ['parts.0.length', 'must be <= 9 (sent: 10)'],
    ['parts.1.size', 'must be <= 9 (sent: 11)'],
  ]);
});

t.test('both at once are refused; an empty one counts as not given', async (t) => {
  t.strictSame(judge({ settings: ['a'], events: ['b'] }), [['settings', 'give events or settings, not both']]);
  for (const data of [
    { settings: null, events: ['b'] },
    { settings: '', events: ['b'] },
    { settings: ['b'], events: '' },
  ]) {
    t.strictSame(judge(data), []);
    t.strictSame(data, { events: ['b'] });
  }
  t.strictSame(judge({ settings: '' }), [['events', 'is required']]);
});

t.test('an alias is among the near names of an unknown property', async (t) => {
  t.strictSame(judge({ events: [], setting: 1 }), [['setting', 'is not a param; did you mean settings?']]);
});

t.test('an object that takes any property, or aliases of nothing, are no schema', async (t) => {
  const properties = { events: Type.Optional(Type.String()) };
  const compile = (schema: object) => () => createValidator().compile(schema);
  t.throws(compile(Type.Object(properties, { 'x-aliases': { settings: 'events' } })));
  t.throws(compile(Type.Object(properties, { ...strict, 'x-aliases': { settings: 'evnts' } })));
  t.throws(compile(Type.Object(properties, { ...strict, 'x-aliases': { events: 'events' } })));
});

t.test('the document has aliases as properties; one of the two is required where the property is', async (t) => {
  const { required, properties, allOf } = documentedParams(Params);
  t.strictSame(required, undefined);
  t.strictSame(allOf, [{ anyOf: [{ required: ['events'] }, { required: ['settings'] }] }]);
  const words = (name: string) => `The same as \`${name}\`; give one of the two.`;
  t.match(properties, {
    events: { type: 'array', description: 'The events.' },
    settings: { type: 'array', description: words('events') },
    parts: { items: { properties: { size: { type: ['integer', 'string'] }, length: { description: words('size') } } } },
  });
});
