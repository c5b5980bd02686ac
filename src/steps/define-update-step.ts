import { type Static, type TObject, type TProperties, type TSchema, Type } from 'typebox';
import type { Amo } from '../amocrm/amo.ts';
import { notTwice, type UpdateParams } from '../amocrm/entities/update-inputs.ts';
import { MultiValue } from '../amocrm/entities/update-params.ts';
import { needsOneOf } from '../schemas/named.ts';
import { fieldFailures, nameFailures, Params, Result, type Step, writeFailures } from './define-step.ts';

/** An update as the service layer takes it. */
interface Update extends UpdateParams {
  id: number;
  multi_value: MultiValue;
}

const updated = {
  updated: Type.Boolean({ description: 'Whether anything was written.' }),
  updated_fields: Type.Array(Type.String(), {
    description: 'The keys that were written, as they were given.',
    examples: [['phone', 'email', 'notes']],
  }),
  note_id: Type.Optional(Type.Integer({ description: 'The note that was added.', examples: [76787983] })),
};

interface UpdateStep<R extends TProperties>
  extends Pick<Step, 'type' | 'label' | 'summary' | 'description' | 'tag' | 'outputVar' | 'examples'> {
  /** The param that says which entity is meant, and its schema. */
  idParam: string;
  id: TSchema;
  /** The schema of `update_data`. */
  data: TSchema;
  /** The keys that may also stand beside it. */
  flat: TProperties;
  /** The entity and its id. */
  result: R;
  run(update: Update, amo: Amo): Promise<Static<TObject<R>> & Static<TObject<typeof updated>>>;
}

/** Defines a step that changes an entity: by `update_data`, or by its keys flat beside it. */
export function defineUpdateStep<R extends TProperties>(definition: UpdateStep<R>): Step {
  const { idParam, id, data, flat, result, run, ...step } = definition;
  const params = { [idParam]: id, update_data: Type.Optional(data), ...flat, multi_value: MultiValue };
  return {
    ...step,
    effects: 'writes',
    params: Params(step.outputVar, params, needsOneOf('update_data', ...Object.keys(flat))),
    rules: [notTwice(Object.keys(flat))],
    result: Result({ ...result, ...updated }),
    failures: [...fieldFailures, ...nameFailures, ...writeFailures],
    run: async (given, amo) => ({ success: true, ...(await run(sorted(given, idParam), amo)) }),
  };
}

/** Params that have been validated by the step's schema, sorted by what they are. */
function sorted(given: unknown, idParam: string): Update {
  const { [idParam]: id, update_data, multi_value, output_var, ...flat } = Object(given);
  return {
    id: Number(id),
    multi_value: multi_value === 'replace' ? 'replace' : 'append',
    ...(update_data === undefined ? {} : { update_data }),
    flat,
  };
}
