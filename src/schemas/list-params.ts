import { type TObjectOptions, type TProperties, type TSchema, type TSchemaOptions, Type } from 'typebox';
import { Id, Integer, Text } from './atoms.ts';
import { largestPage } from './largest-page.ts';

/** Params of steps that read lists. Filters take one value or a list of them; amoCRM is always sent a list. */

/** Which page of a list, and how long pages are. amoCRM cuts longer ones at `largestPage`. */
export const paging = {
  page: Type.Optional(Integer('The page, from 1 on.', { minimum: 1, maximum: 1_000_000, default: 1, examples: [1] })),
  limit: Type.Optional(
    Integer('Items on a page.', { minimum: 1, maximum: largestPage, default: largestPage, examples: [50] }),
  ),
};

export const query = {
  query: Type.Optional(
    Text('Text for amoCRM’s full-text search, as it is.', { maxLength: 255, examples: ['Северный ветер'] }),
  ),
};

const closed = { additionalProperties: false, 'x-empty-as-absent': [null, ''] };

/** The filters that amoCRM documents for a list; each may also be called `filter[name]`, and its parts `filter[name][part]`. */
export function Filter<T extends TProperties>(properties: T, options: TObjectOptions = {}) {
  const names = Object.keys(properties);
  const aliases = names.flatMap((name) => [`filter[${name}]`, `filter[${name}][]`].map((alias) => [alias, name]));
  return Type.Optional(
    Type.Object(properties, {
      ...closed,
      ...options,
      'x-aliases': Object.fromEntries(aliases),
      'x-bracketed': 'filter',
      description:
        'What the items must have in common, all of it. A list of values means any of them. Names may be written as in ' +
        'amoCRM’s own addresses: `filter[id]`, `filter[created_at][from]`.',
    }),
  );
}

/** The fields by which amoCRM really orders a list; by others it would do so without a word in an order of its own. */
export function Order<T extends string>(first: T, ...others: T[]) {
  const direction = Type.Enum(['asc', 'desc'], { type: 'string', description: '`asc`: the lowest first.' });
  const names = [first, ...others];
  return Type.Optional(
    Type.Unsafe<Partial<Record<T, 'asc' | 'desc'>>>({
      ...Type.Object(Object.fromEntries(names.map((name) => [name, Type.Optional(direction)])), closed),
      minProperties: 1,
      maxProperties: 1,
      description: 'In which order, by one field.',
      examples: [{ [first]: 'desc' }],
    }),
  );
}

/** What amoCRM is to add to the items, as a list or as text with commas. */
export function With<T extends string>(...parts: [T, ...T[]]) {
  return Type.Optional(words('What amoCRM adds to its answer: a list, or text with commas.', parts));
}

/** One word or several of a few, as a list or as text with commas. */
export function words<T extends string>(
  description: string,
  allowed: readonly [T, ...T[]],
  options: TSchemaOptions = {},
) {
  const word = Type.Enum([...allowed], { type: 'string', description: 'One of them.' });
  const schema = { type: ['array', 'string'], items: word, minItems: 1, maxItems: 100, 'x-coerce': 'words' };
  return Type.Unsafe<T[]>({ ...schema, examples: [[allowed[0]]], ...options, description });
}

/** A filter of ids: one or several. */
export function ids(description: string, example = 12345) {
  return list<number>(Id('An id.', example), ['array', 'integer', 'string'], { description, examples: [[example]] });
}

/** A filter of whole numbers from 0 on, such as the id of a user, which is 0 for a robot. */
export function userIds(description: string) {
  const id = Integer('An id, 0 for a robot.', { minimum: 0, maximum: Number.MAX_SAFE_INTEGER, examples: [9000001] });
  return list<number>(id, ['array', 'integer', 'string'], { description, examples: [[9000001]] });
}

/** A filter of texts: one or several. */
export function texts(description: string, example: string) {
  const text = Text('A text.', { maxLength: 255, examples: [example] });
  return list<string>(text, ['array', 'string', 'number'], { description, examples: [[example]] });
}

/** A filter of one text: amoCRM takes no list of them. */
export function text(description: string, example: string) {
  return Type.Optional(Text(description, { maxLength: 255, examples: [example] }));
}

function list<T>(items: TSchema, type: string[], options: TSchemaOptions) {
  return Type.Optional(
    Type.Unsafe<T[]>({ type, items, minItems: 1, maxItems: largestPage, ...options, 'x-coerce': 'list' }),
  );
}

export interface Range {
  from?: number;
  to?: number;
}

/** A filter of numbers between two limits, both included. */
export function range(description: string, example: Range) {
  return Type.Optional(Type.Unsafe<Range>(rangeSchema(description, example)));
}

/** A filter of moments between two, in unix seconds. */
export function moments(description: string) {
  return range(`${description} Unix seconds.`, { from: 1_790_000_000, to: 1_790_086_400 });
}

/** The same where a single number means "since". */
export function since(description: string) {
  const schema = rangeSchema(`${description} Unix seconds; a single number means from then on.`, {
    from: 1_790_000_000,
  });
  return Type.Optional(
    Type.Unsafe<Range>({ ...schema, type: ['object', 'integer', 'string'], minimum: 0, 'x-coerce': 'since' }),
  );
}

function rangeSchema(description: string, example: Range) {
  const limits = { minimum: 0, maximum: Number.MAX_SAFE_INTEGER };
  return Type.Object(
    {
      from: Type.Optional(Integer('The least.', { ...limits, examples: [example.from ?? 0] })),
      to: Type.Optional(Integer('The most.', { ...limits, examples: [example.to ?? 1_800_000_000] })),
    },
    { ...closed, minProperties: 1, description, examples: [example] },
  );
}

/** A filter of yes and no, which amoCRM writes as 1 and 0. */
export function flag(description: string) {
  const values = [true, false, 1, 0, '1', '0'] as const;
  return Type.Optional(Type.Unsafe<(typeof values)[number]>({ enum: [...values], description, examples: [false] }));
}
