import { refuseFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { faultsOf, ownPath, type PathOf, setIds } from '../../directories/resolve.ts';
import { responsibleUserOf } from '../../directories/responsible-user.ts';
import { taskTypeOf } from '../../directories/task-type.ts';
import { nameOfWrite } from '../../operation/write-log.ts';
import { type Draft, setAttributes } from '../../writes/draft.ts';
import type { Prepared } from '../prepare-create.ts';
import { missingFor } from '../references.ts';
import { writeItem } from '../write-item.ts';
import { tasks } from './collection.ts';
import { deadlineOf, endOfToday } from './deadline.ts';
import type { TaskAttributes } from './params.ts';

/**
 * Creates a task, due at the end of today unless said otherwise. Errors: INVALID_REQUEST (the deadline), those of names,
 * ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes. Source: developers' reference, tasks (`POST /api/v4/tasks`).
 */
export async function createTask(amo: Amo, params: TaskAttributes) {
  return createPreparedTask(amo, await prepareTask(amo, params, ownPath));
}

/** What is to be written for a new task. Throws all faults of the params at once, and the errors of reads. */
export async function prepareTask(amo: Amo, params: TaskAttributes, pathOf: PathOf): Promise<Pick<Prepared, 'draft'>> {
  const { entity_type, entity_id } = params;
  const due = (await deadlineOf(amo, params, pathOf)) ?? (await endOfToday(amo));
  const references =
    entity_type === undefined || entity_id === undefined
      ? []
      : [{ entityType: entity_type, id: entity_id, path: pathOf('entity_id') }];
  const [missing, task_type_id, responsible_user_id] = await Promise.all([
    missingFor(amo, tasks, references),
    taskTypeOf(amo, params, pathOf),
    responsibleUserOf(amo, params, pathOf),
  ]);
  refuseFaults([...missing, ...faultsOf(task_type_id, responsible_user_id)]);
  const draft: Draft = { body: {}, origins: [] };
  setAttributes(draft, params, ['text', 'entity_type', 'duration'], pathOf);
  if (entity_id !== undefined) {
    draft.body.entity_id = entity_id;
    draft.origins.push({ at: 'entity_id', path: pathOf('entity_id'), code: 'ENTITY_NOT_FOUND' });
  }
  setIds(draft, { task_type_id, responsible_user_id });
  draft.body.complete_till = due;
  draft.origins.push({
    at: 'complete_till',
    path: pathOf(params.complete_in === undefined ? 'complete_till' : 'complete_in'),
  });
  return { draft };
}

/** Creates a task that has been judged. Errors: AMOCRM_REJECTED, those of writes. */
export async function createPreparedTask(amo: Amo, { draft }: Pick<Prepared, 'draft'>) {
  // Under a key a deadline that counts from now stays what the first attempt has made of it.
  const { begun } = amo.operation.log?.peek(nameOfWrite('POST', tasks.path)) ?? {};
  draft.body.complete_till = begun?.body.complete_till ?? draft.body.complete_till;
  const task = {
    ...draft.body,
    ...(await writeItem(amo, { method: 'POST', collection: tasks, draft })),
  };
  return { task_id: task.id, task };
}
