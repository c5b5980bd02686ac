import { Type } from 'typebox';
import { completeTask as complete } from '../../amocrm/entities/tasks/change.ts';
import { Id, Text } from '../../schemas/atoms.ts';
import { defineStep, Params, Result } from '../define-step.ts';
import { readTaskExample } from './examples.ts';
import { ReadTask, TaskId } from './results.ts';

export const completeTask = defineStep({
  type: 'amocrm_complete_task',
  label: 'завершение задачи',
  summary: 'Marks a task as done, with what came of it.',
  description: 'A task that is done already is no failure; a result that is not there yet is added to it.',
  tag: 'Tasks',
  effects: 'writes',
  outputVar: 'completed_task',
  params: Params('completed_task', {
    task_id: Id('The task that is done; it must exist.', 76001),
    result_text: Type.Optional(Text('What came of it.', { maxLength: 20_000, examples: ['Договорились о встрече'] })),
  }),
  result: Result({
    task_id: TaskId,
    task: ReadTask,
    completed: Type.Boolean({ description: 'The task is done.' }),
  }),
  examples: [
    {
      summary: 'The least',
      params: { task_id: 76001 },
      result: { task_id: 76001, task: { ...readTaskExample, is_completed: true }, completed: true },
    },
    {
      summary: 'With a result',
      params: { task_id: 76001, result_text: 'Договорились о встрече' },
      result: {
        task_id: 76001,
        task: { ...readTaskExample, is_completed: true, result: { text: 'Договорились о встрече' } },
        completed: true,
      },
    },
  ],
  run: (params, amo) => complete(amo, params),
});
