import { type Static, Type } from 'typebox';
import { Id } from '../../../schemas/atoms.ts';
import { EntityTypeOf } from '../../../schemas/entity-type.ts';
import { Filter, flag, ids, Order, paging, since, userIds } from '../../../schemas/list-params.ts';
import { bothOrNone, responsibleUser, taskType } from '../../../schemas/named.ts';
import type { Amo } from '../../amo.ts';
import { ownPath } from '../../directories/resolve.ts';
import { responsibleUserOf } from '../../directories/responsible-user.ts';
import { taskTypeOf } from '../../directories/task-type.ts';
import { parentTypes } from '../../shapes/entities.ts';
import { readTasks } from '../../shapes/tasks.ts';
import { readList } from '../list.ts';
import { byId, byParam, joinFilters } from '../list-filter.ts';
import { tasks } from './collection.ts';
import { taskById } from './task-by-id.ts';

const entityType = (description: string) =>
  Type.Optional(EntityTypeOf(parentTypes, description, { examples: ['leads'] }));
const completed = flag('Whether they are done.');
const updated = since('When it was last changed.');

/** Source: developers' reference, tasks; the orders were tried on a live account: `updated_at` is ignored. */
export const taskListParams = {
  entity_type: entityType('Tasks about this lead, contact, company or customer alone; with `entity_id`.'),
  entity_id: Type.Optional(Id('The id of what they are about; with `entity_type`.', 67896)),
  is_completed: completed,
  ...taskType,
  ...responsibleUser,
  updated_at: updated,
  ...paging,
  filter: Filter(
    {
      id: ids('Ids.', 76001),
      responsible_user_id: userIds('Who is responsible.'),
      is_completed: completed,
      task_type: ids('Kinds of tasks.', 1),
      entity_type: entityType('What they are about.'),
      entity_id: ids('Ids of what they are about; with `entity_type`.', 67896),
      updated_at: updated,
    },
    { dependentRequired: { entity_id: ['entity_type'] } },
  ),
  order: Order('complete_till', 'created_at', 'id'),
};
export const taskListRules = bothOrNone('entity_type', 'entity_id');
const TaskListParams = Type.Object(taskListParams);

/** A page of tasks. Errors: those of names, INVALID_REQUEST, those of `readList`. */
export async function listTasks(amo: Amo, params: Static<typeof TaskListParams>) {
  const { entity_type, entity_id, is_completed, updated_at, ...asked } = params;
  const [type, responsible] = await Promise.all([taskTypeOf(amo, params, ownPath), responsibleUserOf(amo, params)]);
  const filter = joinFilters(
    asked.filter,
    byParam('entity_type', entity_type),
    byParam('entity_id', entity_id),
    byParam('is_completed', is_completed),
    byId('task_type', type),
    byId('responsible_user_id', responsible),
    byParam('updated_at', updated_at),
  );
  return readList(amo, { path: tasks.path, list: tasks.list, read: readTasks }, { ...asked, filter });
}

/** A task by its id. Errors: ENTITY_NOT_FOUND, those of reads. */
export async function getTask(amo: Amo, { task_id }: { task_id: number }) {
  return { task: await taskById(amo, task_id) };
}
