import { type TSchema, Type } from 'typebox';
import { Id, ResponsibleUserId, Text } from './atoms.ts';

/**
 * Params that take a thing of amoCRM by its name or by its id, never by both (`Params` sees to that). Digits alone are
 * an id. Names are found without regard to case and outer spaces.
 */
const named = (description: string, example: string) =>
  Type.Optional(
    Text(`${description} Digits alone are taken as its id. Not together with the id.`, {
      maxLength: 255,
      examples: [example],
    }),
  );

export const responsibleUser = {
  responsible_user: named('The user who is responsible, by e-mail or name.', 'Ольга Лебедева'),
  responsible_user_id: ResponsibleUserId,
};

export const user = {
  user: named('The user, by e-mail or name.', 'Ольга Лебедева'),
  user_id: Type.Optional(Id('The user’s id.', 9000001)),
};

export const pipeline = {
  pipeline: named('The pipeline by its name; an archived one only where no other has that name.', 'Продажи'),
  pipeline_id: Type.Optional(Id('The pipeline’s id.', 1)),
};

export const status = {
  status: named('The status of the pipeline by its name; `won` and `lost` are in every pipeline.', 'Первичный контакт'),
  status_id: Type.Optional(Id('The status’s id: 142 is won and 143 lost in every pipeline.', 142)),
};

export const lossReason = {
  loss_reason: named('Why the lead was lost, by its name; only for the status `lost`.', 'Дорого'),
  loss_reason_id: Type.Optional(Id('The id of why the lead was lost; only for the status `lost`.', 501)),
};

export const taskType = {
  task_type: named('The kind of the task by its name or code; `call` and `meeting` are in every account.', 'call'),
  task_type_id: Type.Optional(Id('The id of the kind of the task: 1 is a call, 2 a meeting.', 1)),
};

export const catalog = {
  catalog: named('The list (catalog) by its name.', 'Товары'),
  catalog_id: Type.Optional(Id('The id of the list (catalog).', 5502)),
};

/** The rule for a step that needs one of these params at least. */
export const needsOneOf = (...names: readonly string[]) => ({ anyOf: names.map((name) => ({ required: [name] })) });

/** For each param that another gives by id (`pipeline`, `pipeline_id`): never both. For `allOf` of the params. */
export function oneOfEach(properties: Record<string, TSchema>) {
  const names = Object.keys(properties).filter((name) => `${name}_id` in properties);
  return names.map((name) => notBoth(name, `${name}_id`));
}

/** The rule that two params exclude each other; for `allOf` of the params. */
export const notBoth = (name: string, other: string) => ({ not: { type: 'object', required: [name, other] } });

/** The rule that two params are given together or not at all; a part of the options of the params. */
export const bothOrNone = (name: string, other: string) => ({
  dependentRequired: { [name]: [other], [other]: [name] },
});

const pairs = { ...responsibleUser, ...user, ...pipeline, ...status, ...lossReason, ...taskType, ...catalog };

/** The param that takes a name of what this param is about, itself or its id; undefined where there is none. */
export function nameParamOf(param: string): string | undefined {
  const name = param.replace(/_id$/, '');
  return Object.hasOwn(pairs, name) ? name : undefined;
}

/** What a param is about: `pipeline` and `pipeline_id` are about the same. */
export function thingOf(param: string): string {
  return nameParamOf(param) ?? param;
}
