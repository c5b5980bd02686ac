import type { Fault, Path } from '../problems/problem.ts';
import { faultsOfValidation } from '../schemas/schema-faults.ts';
import { validator } from '../schemas/validator.ts';
import { hasPlaceholder } from '../templates/resolve.ts';
import type { Step } from './define-step.ts';

/**
 * Faults of params outside of a route, by the very schema that the route has. Templates are resolved by now. The params
 * become what the step takes: ids numbers, and so on.
 */
export function judgeParams(step: Step, params: unknown): Fault[] {
  const validate = validator.compile(step.params);
  return validate(params) ? [] : faultsOfValidation(validate.errors ?? []);
}

/** Faults that no value of the placeholders could mend. The params stay as they are. */
export function judgeTemplates(step: Step, params: unknown): Fault[] {
  const faults = judgeParams(step, structuredClone(params));
  return faults.filter(({ path }) => !dependsOnPlaceholder(params, path));
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
