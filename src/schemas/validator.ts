import { Ajv2020 } from 'ajv/dist/2020.js';
import type { DataValidateFunction, DataValidationCxt } from 'ajv/dist/types/index.js';
import type { Message } from '../messages/message.ts';
import { paramMessages } from '../messages/params.ts';
import { aliasKeyword } from './aliases.ts';
import { bracketedKeyword } from './bracketed.ts';
import { pluralOf } from './entity-type.ts';
import { single } from './single.ts';

/** The validator of this process; a schema is compiled once, however many use it. See `createValidator`. */
export const validator = createValidator();

/**
 * How bodies are judged: every fault is reported, nothing is dropped, and nothing is coerced or renamed but by four keywords.
 *
 * - `x-coerce: 'integer' | 'number' | 'text' | 'plural'` on a value: digits in a string become an integer or, with three
 *   after a point at most, a number; a number becomes its text, an entity type in the singular its plural.
 * - `x-coerce: 'list' | 'words' | 'since'`: a single value becomes a list, a text with commas a list of words, a number
 *   a range from there on.
 * - `x-empty-as-absent: [null, ""]` on an object: an optional property with one of these values counts as not given.
 * - `x-aliases: { alias: 'name' }` on an object: a property may be given by another name.
 * - `x-bracketed: 'filter'` on an object: its parts may be given as `filter[a][b]`.
 */
export function createValidator(): Ajv2020 {
  const validator = new Ajv2020({
    allErrors: true,
    verbose: true,
    useDefaults: true,
    discriminator: true,
    strict: true,
    // Compiling the meta-schema takes long. A test of the OpenAPI document checks that the schemas are valid.
    validateSchema: false,
    strictRequired: false,
    allowUnionTypes: true,
  });
  // `x-holds`: names that an object may have although its schema does not describe them.
  validator.addVocabulary(['x-examples', 'x-holds']);
  validator.addKeyword({
    keyword: 'x-empty-as-absent',
    schemaType: 'array',
    before: 'anyOf',
    modifying: true,
    errors: false,
    compile: (empty: unknown[], parent: ObjectSchema) => (data: unknown) => dropEmpty(data, parent, empty),
  });
  validator.addKeyword(aliasKeyword);
  validator.addKeyword(bracketedKeyword);
  validator.addKeyword({
    keyword: 'x-coerce',
    schemaType: 'string',
    modifying: true,
    errors: false,
    compile: (kind: CoercionKind, parent: CoercedSchema) => coerceWith(coercions[kind], parent),
  });
  return validator;
}

interface ObjectSchema {
  [keyword: string]: unknown;
  properties?: Record<string, unknown>;
  required?: string[];
}

interface CoercedSchema {
  [keyword: string]: unknown;
  enum?: string[];
  minimum?: number;
  maximum?: number;
}

function dropEmpty(data: unknown, { properties = {}, required = [] }: ObjectSchema, empty: unknown[]): boolean {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return true;
  // A schema has few properties, a body may have many keys.
  for (const key of Object.keys(properties)) {
    if (!Object.hasOwn(data, key) || !empty.includes(Reflect.get(data, key))) continue;
    // A property with a default may be left out even if the schema requires it, as `discriminator` does for its tag.
    if (!required.includes(key) || 'default' in Object(properties[key])) Reflect.deleteProperty(data, key);
  }
  return true;
}

/** A fault is worded only where it is told: a body may have as many as values. */
type Coerced = { fault: () => CoercionFault } | { value: unknown };

/** Why a value cannot be coerced; `type` is the one that it lacks. */
export interface CoercionFault {
  message: Message;
  type?: 'integer' | 'number' | 'string';
}

const lacks = (type: 'integer' | 'number' | 'string') => ({
  fault: () => ({ message: paramMessages.wrongType(type), type }),
});
const says = (word: () => Message) => ({ fault: () => ({ message: word() }) });
const noInteger = lacks('integer');
const noNumber = lacks('number');
const noString = lacks('string');
const noList = says(() => paramMessages.oneValueOrList);
const noWords = says(() => paramMessages.listOrCommas);
const noRange = says(() => paramMessages.integerOrRange);

type CoercionKind = keyof typeof coercions;

const coercions = {
  integer(data: unknown, range: CoercedSchema): Coerced {
    const digits = typeof data === 'string' && /^\d{1,16}$/.test(data);
    const value = digits ? Number(data) : data;
    if (typeof value !== 'number' || !Number.isSafeInteger(value)) return noInteger;
    return within(value, range);
  },
  number(data: unknown, range: CoercedSchema): Coerced {
    const digits = typeof data === 'string' && /^\d{1,12}(\.\d{1,3})?$/.test(data);
    const value = digits ? Number(data) : data;
    return typeof value === 'number' ? within(value, range) : noNumber;
  },
  text(data: unknown): Coerced {
    if (typeof data === 'number') return { value: String(data) };
    return typeof data === 'string' ? { value: data } : noString;
  },
  plural(data: unknown, { enum: types = [] }: CoercedSchema): Coerced {
    if (typeof data === 'string' && types.includes(data)) return { value: pluralOf(data) };
    return says(() => paramMessages.mustBeOneOf([...new Set(types.map(pluralOf))].join(', ')));
  },
  list(data: unknown): Coerced {
    if (Array.isArray(data)) return { value: data };
    const isOne = typeof data === 'string' || typeof data === 'number';
    return isOne ? { value: single([data]) } : noList;
  },
  words(data: unknown): Coerced {
    if (Array.isArray(data)) return { value: data };
    if (typeof data !== 'string') return noWords;
    return { value: single(data.split(',').map((word) => word.trim())) };
  },
  since(data: unknown, range: CoercedSchema): Coerced {
    if (typeof data === 'object' && data !== null && !Array.isArray(data)) return { value: data };
    const from = coercions.integer(data, range);
    return 'fault' in from ? noRange : { value: { from: from.value } };
  },
};

function within(value: number, { minimum = -Infinity, maximum = Infinity }: CoercedSchema): Coerced {
  if (value < minimum) return says(() => paramMessages.atLeast(minimum));
  return value > maximum ? says(() => paramMessages.atMost(maximum)) : { value };
}

function coerceWith(
  coerce: (data: unknown, schema: CoercedSchema) => Coerced,
  schema: CoercedSchema,
): DataValidateFunction {
  return (data: unknown, place?: DataValidationCxt) => {
    const coerced = coerce(data, schema);
    if ('fault' in coerced) return false;
    if (place !== undefined) place.parentData[place.parentDataProperty] = coerced.value;
    return true;
  };
}

/** Why `x-coerce` of a schema refused a value; undefined for other keywords. */
export function explainCoercion({ keyword, data, parentSchema = {} }: CoercionError): CoercionFault | undefined {
  const { 'x-coerce': kind } = parentSchema;
  if (keyword !== 'x-coerce' || !isCoercion(kind)) return undefined;
  const coerced = coercions[kind](data, parentSchema);
  return 'fault' in coerced ? coerced.fault() : undefined;
}

interface CoercionError {
  keyword: string;
  data?: unknown;
  parentSchema?: CoercedSchema;
}

function isCoercion(kind: unknown): kind is CoercionKind {
  return typeof kind === 'string' && Object.hasOwn(coercions, kind);
}
