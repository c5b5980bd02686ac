import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import type { Static, TSchema } from 'typebox';

/** Without coercion and defaults: these values do not come from callers. */
const ajv = new Ajv2020({ allErrors: true, strict: false, validateSchema: false });

export interface Check<T> {
  accepts(value: unknown): value is T;
  /** The faults of the value; empty where it is valid. */
  faults(value: unknown): readonly ErrorObject[];
  /** The value itself; throws an Error, which does not show the value, where it is not valid. */
  parse(value: unknown): T;
}

/**
 * Checks values from outside against a schema, which is compiled at first use. It uses the validator that bodies need
 * anyway: TypeBox's own would double the import time.
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
