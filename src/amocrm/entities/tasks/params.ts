import { type Static, Type } from 'typebox';
import { accepted } from '../../../messages/fields.ts';
import { Id, Integer, Text } from '../../../schemas/atoms.ts';
import { EntityTypeOf } from '../../../schemas/entity-type.ts';
import { bothOrNone, notBoth, responsibleUser, taskType } from '../../../schemas/named.ts';
import { parentTypes } from '../../shapes/entities.ts';

const longest = 2_147_483_647;

/** When a task is due. */
export const deadline = {
  complete_till: Type.Optional(
    Type.Unsafe<number | string>({
      type: ['integer', 'string'],
      maxLength: 64,
      description:
        `When it is due: ${accepted.moment.en}. A day alone means 23:59 of it, a time without a zone is in the account’s. ` +
        'Not together with `complete_in`.',
      examples: ['2030-12-31'],
    }),
  ),
  complete_in: Type.Optional(
    Integer('In how many seconds it is due, by amoCRM’s clock. Not together with `complete_till`.', {
      minimum: 1,
      maximum: longest,
      examples: [3600],
    }),
  ),
};

const whatToDo = Text('What is to be done.', { maxLength: 20_000, examples: ['Перезвонить клиенту'] });
const others = {
  ...taskType,
  ...responsibleUser,
  duration: Type.Optional(Integer('How long it takes, seconds.', { minimum: 0, maximum: longest, examples: [1800] })),
};

export const taskAttributes = {
  text: whatToDo,
  ...deadline,
  entity_type: Type.Optional(
    EntityTypeOf(parentTypes, 'What the task is about; with `entity_id`.', { examples: ['leads'] }),
  ),
  entity_id: Type.Optional(Id('The id of what the task is about; it must exist. With `entity_type`.', 67890)),
  ...others,
};
export const TaskAttributes = Type.Object(taskAttributes);
export type TaskAttributes = Static<typeof TaskAttributes>;

/** Rules for the params of a new task. */
export const taskRules = {
  allOf: [notBoth('complete_till', 'complete_in')],
  ...bothOrNone('entity_type', 'entity_id'),
};

/** What an update may change: a task stays with what it is about. */
export const taskChanges = { text: Type.Optional(whatToDo), ...deadline, ...others };
export const TaskChanges = Type.Object(taskChanges);
export type TaskChanges = Static<typeof TaskChanges>;
