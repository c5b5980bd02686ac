import { type TSchemaOptions, Type } from 'typebox';
import { variablePattern } from './patterns.ts';

/**
 * Schemas shared by the params of steps. Bots send numbers as strings and the other way round, so an id or an integer
 * may come as digits in a string and a text as a number: `x-coerce` (see `validator.ts`) turns both into the expected
 * type, and nothing else.
 */

/** An amoCRM id: 1 to 2^53 - 1. */
export function Id(description: string, example = 12345) {
  return Integer(description, { minimum: 1, maximum: Number.MAX_SAFE_INTEGER, examples: [example] });
}

export function Integer(
  description: string,
  options: TSchemaOptions & { minimum: number; maximum: number; default?: number },
) {
  return Type.Unsafe<number>({ type: ['integer', 'string'], ...options, description, 'x-coerce': 'integer' });
}

/** A number that may have a fraction; digits with a point in a string are taken too. */
export function Decimal(description: string, options: TSchemaOptions & { minimum: number; maximum: number }) {
  return Type.Unsafe<number>({ type: ['number', 'string'], ...options, description, 'x-coerce': 'number' });
}

/** Text that is not only white space. */
export function Text(description: string, options: TSchemaOptions & { maxLength?: number } = {}) {
  return Type.Unsafe<string>({
    type: ['string', 'number'],
    maxLength: 65_536,
    pattern: '\\S',
    ...options,
    description,
    'x-coerce': 'text',
  });
}

/** Yes or no. */
export function Flag(description: string, value: boolean) {
  return Type.Optional(Type.Boolean({ default: value, description, examples: [value] }));
}

/** The variable of the bot's context that takes the result. */
export function OutputVar(name: string) {
  return Type.Optional(
    Type.String({
      pattern: variablePattern,
      default: name,
      description: 'The variable of the context that takes the result: letters, digits and `_`, no digit first.',
      examples: [name],
    }),
  );
}

/** Values of custom fields by the caller's names. */
export function CustomFields(description: string, example: Record<string, unknown>) {
  return Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description:
        `${description} Keys: a name of the field map file, a field code, a field name or an id (case and outer ` +
        'spaces do not matter). null and "" are left out.',
      examples: [example],
    }),
  );
}

export const Tags = Type.Optional(
  Type.Array(Text('A tag name; a new one is created.', { maxLength: 255, examples: ['Telegram'] }), {
    maxItems: 100,
    description: 'Tag names.',
    examples: [['Telegram', 'VIP']],
  }),
);

export const ResponsibleUserId = Type.Optional(Id('The user of amoCRM who is responsible.', 9000001));
