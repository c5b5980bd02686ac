import { type Static, Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import { listReader, orNull, parentTypes } from './entities.ts';
import { reader } from './hal.ts';

const Outcome = Type.Object(
  { text: Type.Optional(Type.String({ description: 'The text of the result.' })) },
  { additionalProperties: true },
);

/** A task, as lists and single reads return it. Source: developers' reference, tasks. */
export const Task = Type.Object(
  {
    id: Type.Integer({ minimum: 1, description: 'The id in amoCRM.' }),
    text: orNull(Type.String(), 'What is to be done.'),
    complete_till: orNull(Type.Integer(), 'When it is due, unix seconds.'),
    is_completed: orNull(Type.Boolean(), 'Whether it is done.'),
    task_type_id: orNull(Type.Integer(), 'The kind of the task: 1 is a call, 2 a meeting.'),
    entity_type: orNull(Type.String({ examples: [...parentTypes] }), 'The type of what it is about.'),
    entity_id: orNull(Type.Integer(), 'The id of what it is about.'),
    duration: orNull(Type.Integer(), 'How long it takes, seconds.'),
    result: orNull(Outcome, 'What came of it; null while there is nothing.'),
    responsible_user_id: orNull(Type.Integer(), 'The user who is responsible.'),
    created_at: orNull(Type.Integer(), 'When it was made, unix seconds.'),
    created_by: orNull(Type.Integer(), 'The user who made it, 0 for a robot.'),
    updated_at: orNull(Type.Integer(), 'When it was last changed, unix seconds.'),
  },
  { additionalProperties: true },
);
export type Task = Static<typeof Task>;

const read = reader(Task, 'a task');

/** A task as amoCRM gave it. An empty result comes as `[]`. Throws AMOCRM_ERROR. */
export function readTask(item: unknown): Task {
  const { result } = Object(item);
  return read(Array.isArray(result) ? { ...Object(item), result: null } : item);
}

const readItems = listReader(
  Type.Object({ ...Task.properties, result: Type.Optional(Type.Unknown()) }, { additionalProperties: true }),
);
const outcome = checkOf(Outcome);

/** The tasks of a page of a list. Throws AMOCRM_ERROR where the page is no list. */
export function readTasks(page: unknown, list: string): Task[] {
  return readItems(page, list).map(({ result, ...task }) => ({
    ...task,
    result: outcome.accepts(result) ? result : null,
  }));
}
