import { problemOfFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { readTask, type Task } from '../../shapes/tasks.ts';
import { missingEntity } from '../references.ts';
import { tasks } from './collection.ts';

/** The task as amoCRM has it now. Throws ENTITY_NOT_FOUND at `task_id`, and the errors of reads. */
export async function taskById(amo: Amo, id: number, operation = amo.operation): Promise<Task> {
  const task = await amo.gate.findById(tasks, id, operation);
  if (task === undefined) throw problemOfFaults([missingEntity('tasks', id, ['task_id'])]);
  return readTask(task);
}
