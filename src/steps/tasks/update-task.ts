import { Type } from 'typebox';
import { updateTask as update } from '../../amocrm/entities/tasks/change.ts';
import { deadlineRule } from '../../amocrm/entities/tasks/deadline.ts';
import { taskChanges } from '../../amocrm/entities/tasks/params.ts';
import { Id } from '../../schemas/atoms.ts';
import { needsOneOf, notBoth } from '../../schemas/named.ts';
import { defineStep, nameFailures, Params, Result } from '../define-step.ts';
import { readTaskExample } from './examples.ts';
import { ReadTask, TaskId } from './results.ts';

export const updateTask = defineStep({
  type: 'amocrm_update_task',
  label: 'обновление задачи',
  summary: 'Changes a task: its text, deadline, kind, duration or who is responsible.',
  description:
    'Only what is named and differs is sent; where nothing differs, `updated` is false. A task stays with what it is about. ' +
    '`amocrm_complete_task` marks it as done.',
  tag: 'Tasks',
  effects: 'writes',
  outputVar: 'updated_task',
  params: Params(
    'updated_task',
    { task_id: Id('The task to change; it must exist.', 76001), ...taskChanges },
    { allOf: [notBoth('complete_till', 'complete_in')], ...needsOneOf(...Object.keys(taskChanges)) },
  ),
  rules: [deadlineRule],
  result: Result({
    task_id: TaskId,
    task: ReadTask,
    updated: Type.Boolean({ description: 'Whether anything was written.' }),
  }),
  failures: nameFailures,
  examples: [
    {
      summary: 'The least',
      params: { task_id: 76001, complete_till: '2030-12-31' },
      result: { task_id: 76001, task: readTaskExample, updated: true },
    },
    {
      summary: 'For somebody else, in an hour',
      params: { task_id: 76001, text: 'Перезвонить', complete_in: 3600, responsible_user: 'Ольга Лебедева' },
      result: { task_id: 76001, task: { ...readTaskExample, text: 'Перезвонить' }, updated: true },
    },
  ],
  run: (params, amo) => update(amo, params),
});
