import { getTask as get } from '../../amocrm/entities/tasks/read-tasks.ts';
import { Id } from '../../schemas/atoms.ts';
import { defineGetStep } from '../define-get-step.ts';
import { Params, Result } from '../define-step.ts';
import { readTaskExample } from './examples.ts';
import { ReadTask } from './results.ts';

export const getTask = defineGetStep({
  type: 'amocrm_get_task',
  label: 'получение задачи',
  summary: 'Gives a task by its id.',
  description: 'Many at once share a call to amoCRM.',
  tag: 'Tasks',
  outputVar: 'task',
  params: Params('task', { task_id: Id('The task’s id.', 76001) }),
  result: Result({ task: ReadTask }),
  examples: [{ summary: 'The least', params: { task_id: 76001 }, result: { task: readTaskExample } }],
  run: (params, amo) => get(amo, params),
});
