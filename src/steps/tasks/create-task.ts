import { deadlineRule } from '../../amocrm/entities/tasks/deadline.ts';
import { taskAttributes, taskRules } from '../../amocrm/entities/tasks/params.ts';
import { createTask as create } from '../../amocrm/entities/tasks/tasks.ts';
import { defineStep, nameFailures, Params, Result } from '../define-step.ts';
import { created } from '../results.ts';
import { ReadTask, TaskId } from './results.ts';

export const createTask = defineStep({
  type: 'amocrm_create_task',
  label: 'создание задачи',
  summary: 'Creates a task, about a lead, contact, company or customer or about nothing.',
  description:
    'Without `complete_till` and `complete_in` the task is due today at 23:59 in the account’s time zone, or tomorrow where ' +
    'that is past. What it is about is checked before anything is written. Without a responsible user it is the ' +
    'integration’s own.',
  tag: 'Tasks',
  effects: 'writes',
  outputVar: 'created_task',
  params: Params('created_task', taskAttributes, taskRules),
  rules: [deadlineRule],
  result: Result({ task_id: TaskId, task: created(ReadTask) }),
  failures: nameFailures,
  examples: [
    {
      summary: 'The least',
      params: { text: 'Перезвонить клиенту' },
      result: {
        task_id: 4745251,
        task: { id: 4745251, text: 'Перезвонить клиенту', complete_till: 1_924_981_140 },
      },
    },
    {
      summary: 'A call about a lead, by the end of a day',
      params: {
        text: 'Перезвонить клиенту',
        complete_till: '2030-12-31',
        entity_type: 'leads',
        entity_id: 67890,
        task_type: 'call',
        responsible_user: 'Ольга Лебедева',
        duration: 900,
        output_var: 'call_task',
      },
      result: {
        task_id: 4745252,
        task: {
          id: 4745252,
          text: 'Перезвонить клиенту',
          entity_type: 'leads',
          entity_id: 67890,
          complete_till: 1_924_981_140,
          task_type_id: 1,
          responsible_user_id: 8000002,
          duration: 900,
        },
      },
    },
    {
      summary: 'In an hour',
      params: { text: 'Проверить оплату', complete_in: 3600 },
      result: {
        task_id: 4745253,
        task: { id: 4745253, text: 'Проверить оплату', complete_till: 1_790_003_600 },
      },
    },
  ],
  run: (params, amo) => create(amo, params),
});
