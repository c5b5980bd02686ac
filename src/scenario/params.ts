import type { Fault, Path } from '../errors.ts';
import { faultsOfValidation } from '../plugins/schema-faults.ts';
import { validator } from '../plugins/validation.ts';
import type { Step } from '../steps/define-step.ts';
import { hasPlaceholder } from './resolve.ts';

/** Judges params outside of a route, by the very schema that the route has. */
export interface ParamsJudge {
  /** Faults of params whose templates are resolved. The params become what the step takes: ids numbers, and so on. */
  final(step: Step, params: unknown): Fault[];
  /** Faults that no value of the placeholders could mend. The params stay as they are. */
  possible(step: Step, params: unknown): Fault[];
}

export function createParamsJudge(): ParamsJudge {
  function final(step: Step, params: unknown): Fault[] {
    const validate = validator.compile(step.params);
    return validate(params) ? [] : faultsOfValidation(validate.errors ?? []);
  }

  return {
    final,
    possible(step, params) {
      const faults = final(step, structuredClone(params));
      return faults.filter(({ path }) => !dependsOnPlaceholder(params, path));
    },
  };
}

/** Whether the value at the path, or what decides on it, is not known before the context is. */
function dependsOnPlaceholder(params: unknown, path: Path): boolean {
  let value = params;
  for (const step of path) {
    if (hasPlaceholder(value)) return true;
    value = Object(value)[step];
  }
  return hasPlaceholder(value) || hasPlaceholder(Object(params).note_type);
}
