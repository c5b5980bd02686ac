import { type Static, type TObjectOptions, type TProperties, type TSchema, Type } from 'typebox';
import type { Amo } from '../amocrm/amo.ts';
import type { Message } from '../messages/message.ts';
import type { ErrorCode } from '../problems/catalogue.ts';
import { OutputVar } from '../schemas/atoms.ts';
import { oneOfEach } from '../schemas/named.ts';
import type { Rule } from '../schemas/rules.ts';
import type { StepTag } from './tags.ts';

export interface StepExample {
  summary: string;
  params: Record<string, unknown>;
  result: Record<string, unknown>;
}

/** A step type as routes, scenarios and the documentation use it. */
export interface Step {
  type: string;
  /** Russian; used in `__step_error__`. */
  label: string;
  /** One sentence. */
  summary: string;
  /** Details for users; Markdown. */
  description: string;
  /** The group in the documentation: the entity that it is about. */
  tag: StepTag;
  effects: 'reads' | 'writes';
  outputVar: string;
  params: TSchema;
  /** What the schema of the params cannot tell. */
  rules?: readonly Rule[];
  result: TSchema;
  /** Codes of failures beyond those that every step has. */
  failures: readonly ErrorCode[];
  examples: readonly [StepExample, ...StepExample[]];
  /**
   * Runs the step and gives its result without `success`, perhaps with `warnings`, which are no part of it. `params`
   * have been validated by the step's schema and rules.
   */
  run(params: unknown, amo: Amo): Promise<object & Warned>;
}

/** Sentences about what was probably not intended; they go beside the result. */
export interface Warned {
  warnings?: readonly Message[];
}

export interface StepDefinition<P extends TSchema, R extends TSchema>
  extends Omit<Step, 'params' | 'result' | 'failures' | 'run'> {
  params: P;
  result: R;
  /** Further codes, beside those that follow from `effects`. */
  failures?: readonly ErrorCode[];
  run(params: Static<P>, amo: Amo): Promise<Omit<Static<R>, 'success'> & Warned>;
}

export const fieldFailures = ['UNKNOWN_FIELD', 'UNKNOWN_OPTION', 'INVALID_FIELD_VALUE', 'AMBIGUOUS_FIELD'] as const;
/** Codes of steps that write. amoCRM may also say of a create that an entity it refers to does not exist. */
export const writeFailures = ['ENTITY_NOT_FOUND', 'AMOCRM_REJECTED', 'OUTCOME_UNKNOWN'] as const;

/** Defines a step type from its schemas and the function that runs it. */
export function defineStep<P extends TSchema, R extends TSchema>(definition: StepDefinition<P, R>): Step {
  const { effects, failures = [] } = definition;
  return {
    ...definition,
    failures: effects === 'writes' ? [...failures, ...writeFailures] : failures,
    // The only place where validated params become typed: the schema has just been checked.
    run: (params, amo) => definition.run(params as Static<P>, amo),
  };
}

export const nameFailures = ['UNKNOWN_NAME', 'AMBIGUOUS_NAME'] as const;

/**
 * The params schema of a step: unknown params are refused, null and "" count as not given, a name and an id of the same
 * thing (`pipeline`, `pipeline_id`) exclude each other. `allOf` adds rules such as `needsOneOf`.
 */
export function Params<T extends TProperties>(
  outputVar: string,
  properties: T,
  { allOf = [], ...options }: TObjectOptions & { allOf?: readonly object[] } = {},
) {
  const rules = [...allOf, ...oneOfEach(properties)];
  return Type.Object(
    { ...properties, output_var: OutputVar(outputVar) },
    {
      ...options,
      ...(rules.length === 0 ? {} : { allOf: rules }),
      additionalProperties: false,
      'x-empty-as-absent': [null, ''],
    },
  );
}

/** The schema of the result, which is stored under `output_var`. */
export function Result<T extends TProperties>(properties: T) {
  return Type.Object({
    success: Type.Literal(true, { description: 'The step has happened.' }),
    ...properties,
  });
}
