import { refuseFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { faultsOf, idOf, ownPath } from '../../directories/resolve.ts';
import { responsibleUserOf } from '../../directories/responsible-user.ts';
import { taskTypeOf } from '../../directories/task-type.ts';
import type { Task } from '../../shapes/tasks.ts';
import type { Draft } from '../../writes/draft.ts';
import { changeItem } from '../change-item.ts';
import { tasks } from './collection.ts';
import { deadlineOf } from './deadline.ts';
import type { TaskChanges } from './params.ts';
import { taskById } from './task-by-id.ts';

/** One of amoCRM's keys with its new value and the param that it comes from. */
interface Change {
  key: keyof Task & string;
  value: unknown;
  param: string;
  isSame?(now: Task): boolean;
}

/**
 * Changes a task: only what differs is sent. Errors: INVALID_REQUEST (the deadline), ENTITY_NOT_FOUND, those of names,
 * AMOCRM_REJECTED, those of writes.
 */
export async function updateTask(amo: Amo, { task_id, ...params }: TaskChanges & { task_id: number }) {
  const due = await deadlineOf(amo, params, ownPath);
  const [task_type_id, responsible_user_id] = await Promise.all([
    taskTypeOf(amo, params, ownPath),
    responsibleUserOf(amo, params),
  ]);
  refuseFaults(faultsOf(task_type_id, responsible_user_id));
  const { task, isWritten } = await changeTask(amo, task_id, [
    { key: 'text', value: params.text, param: 'text' },
    { key: 'complete_till', value: due, param: params.complete_in === undefined ? 'complete_till' : 'complete_in' },
    { key: 'duration', value: params.duration, param: 'duration' },
    { key: 'task_type_id', value: idOf(task_type_id), param: String(task_type_id?.path.at(-1)) },
    { key: 'responsible_user_id', value: idOf(responsible_user_id), param: String(responsible_user_id?.path.at(-1)) },
  ]);
  return { task_id, task, updated: isWritten };
}

/**
 * Marks a task as done, with what came of it. Errors: ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes. Source:
 * developers' reference, tasks (`is_completed`, `result`).
 */
export async function completeTask(amo: Amo, { task_id, result_text }: { task_id: number; result_text?: string }) {
  const { task } = await changeTask(amo, task_id, [
    { key: 'is_completed', value: true, param: 'task_id' },
    {
      key: 'result',
      value: result_text === undefined ? undefined : { text: result_text },
      param: 'result_text',
      isSame: ({ result }) => result?.text === result_text,
    },
  ]);
  return { task_id, task, completed: true };
}

async function changeTask(amo: Amo, id: number, changes: readonly Change[]) {
  return amo.locks([`tasks ${id}`], amo.operation, async () => {
    const { item: task, isWritten } = await changeItem<Task>(amo, {
      collection: tasks,
      id,
      read: (operation) => taskById(amo, id, operation),
      async merge(current) {
        const now = new Map(Object.entries(current));
        const left = changes
          .filter(({ value }) => value !== undefined)
          .filter(({ key, value, isSame }) => !(isSame?.(current) ?? now.get(key) === value));
        const draft: Draft = {
          body: { id, ...Object.fromEntries(left.map(({ key, value }) => [key, value])) },
          origins: [
            { at: 'id', path: ['task_id'], code: 'ENTITY_NOT_FOUND' },
            ...left.map(({ key, param }) => ({ at: key, path: [param] })),
          ],
        };
        return { draft, after: { ...current, ...draft.body, id } };
      },
    });
    return { task, isWritten };
  });
}
