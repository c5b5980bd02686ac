import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Static, TSchema } from 'typebox';

/** Plain: what is checked here is no caller's, so nothing is coerced or put in. */
const ajv = new Ajv2020({ allErrors: true, strict: false, validateSchema: false });

export interface Check<T> {
  accepts(value: unknown): value is T;
  /** What is wrong with the value; empty where nothing is. */
  faults(value: unknown): readonly ErrorObject[];
  /** The value itself; throws an Error where it is not valid, with no word of what it holds. */
  parse(value: unknown): T;
}

/**
 * Narrows values that come from outside by their schema, which is compiled at its first use. By the validator that
 * bodies need anyway: TypeBox's own would double the time that importing it takes.
 */
export function checkOf<T extends TSchema>(schema: T): Check<Static<T>> {
  let compiled: ValidateFunction<Static<T>> | undefined;
  function validate(value: unknown): value is Static<T> {
    compiled ??= ajv.compile<Static<T>>(schema);
    return compiled(value);
  }
  return {
    accepts: validate,
    faults: (value) => (validate(value) ? [] : (compiled?.errors ?? [])),
    parse(value) {
      if (validate(value)) return value;
      throw new Error(`Not as expected: ${ajv.errorsText(compiled?.errors)}`);
    },
  };
}
