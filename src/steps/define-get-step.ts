import type { TSchema } from 'typebox';
import { defineStep, type StepDefinition } from './define-step.ts';

/** Defines a step that reads one thing by its id; an id that amoCRM does not have is ENTITY_NOT_FOUND. */
export function defineGetStep<P extends TSchema, R extends TSchema>({
  failures = [],
  ...definition
}: Omit<StepDefinition<P, R>, 'effects'>) {
  return defineStep({ ...definition, effects: 'reads', failures: ['ENTITY_NOT_FOUND', ...failures] });
}
