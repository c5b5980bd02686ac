import { listTasks as list, taskListParams, taskListRules } from '../../amocrm/entities/tasks/read-tasks.ts';
import { defineListStep, pageExample } from '../define-list-step.ts';
import { nameFailures, Params } from '../define-step.ts';
import { readTaskExample } from './examples.ts';
import { ReadTask } from './results.ts';

export const listTasks = defineListStep({
  type: 'amocrm_list_tasks',
  label: 'список задач',
  summary: 'Lists tasks, a page at a time.',
  description: 'The filters need no paid add-on.',
  tag: 'Tasks',
  outputVar: 'tasks',
  params: Params('tasks', taskListParams, taskListRules),
  item: ReadTask,
  failures: nameFailures,
  examples: [
    { summary: 'The least', params: {}, result: pageExample('tasks', readTaskExample) },
    {
      summary: 'Open ones of a lead, the next first',
      params: { entity_type: 'leads', entity_id: 67896, is_completed: false, order: { complete_till: 'asc' } },
      result: pageExample('tasks', readTaskExample),
    },
  ],
  run: (params, amo) => list(amo, params),
});
