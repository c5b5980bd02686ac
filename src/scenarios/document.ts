import { type Static, Type } from 'typebox';

/** Step types that control a scenario and have no route. */
export const conditional = 'conditional';
export const end = 'end';

const anyId = (description: string) =>
  Type.Optional(Type.Unsafe<string | number>({ type: ['string', 'number'], description }));

export const ScenarioStep = Type.Object(
  {
    id: anyId('The step’s id. Without one it is known by its place, from "1" on.'),
    type: Type.String({ description: 'A step type, `conditional` or `end`.', examples: ['amocrm_find_contact'] }),
    params: Type.Optional(
      Type.Record(Type.String(), Type.Unknown(), {
        description:
          'The step’s params, with templates. `conditional` takes `condition`, `true_step` and `false_step`; a branch ' +
          'that is not given falls to `next_step`.',
      }),
    ),
    next_step: anyId('The step that follows; without one the scenario ends.'),
  },
  { additionalProperties: true, 'x-empty-as-absent': [null, ''], description: 'A step of the scenario.' },
);
export type ScenarioStep = Static<typeof ScenarioStep>;

export const ScenarioDocument = Type.Object(
  {
    scenario_id: anyId('Your own id of the scenario; it comes back in the answer.'),
    steps: Type.Array(ScenarioStep, { minItems: 1, maxItems: 1000, description: 'The steps; the first one begins.' }),
    context: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: 'The bot’s variables.' })),
  },
  { additionalProperties: true, 'x-empty-as-absent': [null, ''] },
);
export type ScenarioDocument = Static<typeof ScenarioDocument>;

/** The name of a step: its id, or else its position. */
export function nameOf(step: ScenarioStep, index: number): string {
  return step.id === undefined ? String(index + 1) : String(step.id);
}

/** The name of the step that a jump leads to; undefined where it is not given. */
export function jumpOf(target: unknown): string | undefined {
  return target === undefined || target === null || target === '' ? undefined : String(target);
}
