import { type Answer, absent, hal, problem } from '../http/answer.ts';
import { keysBelow, many, one } from '../http/query.ts';
import type { Routes } from '../http/router.ts';
import { ascending } from '../store/collection.ts';
import type { Task } from '../store/models.ts';
import { type Call, idAt, link } from './call.ts';
import { listAnswer, slice } from './paging.ts';
import { createTasks, updateOneTask, updateTasks } from './task-write.ts';
import { sinceOf } from './time-filter.ts';

export const taskRoutes: Routes = {
  '/api/v4/tasks': { GET: list, POST: createTasks, PATCH: updateTasks },
  // Observed on a live account: there is such a method, but no integration has the right to it.
  '/api/v4/tasks/:id': { GET: get, PATCH: updateOneTask, DELETE: () => problem(403, 'Invalid scope') },
};

function list(call: Call): Answer {
  const asked = keysBelow(call.query, 'order')[0];
  const key = (['id', 'created_at', 'complete_till'] as const).find((each) => each === asked);
  const ids = [...new Set(many(call.query, 'filter', 'id').map(Number))];
  const { tasks } = call.store;
  const picked = () => ids.flatMap((id) => tasks.get(id) ?? []).sort(ascending(key ?? 'updated_at'));
  const found = ids.length > 0 ? picked() : tasks.ordered(key ?? 'updated_at');
  const ordered = key && one(call.query, 'order', key) === 'desc' ? found.toReversed() : found;
  const page = slice(ordered, call, passes(call));
  return listAnswer(call, 'tasks', { ...page, items: page.items.map((task) => taskView(task, call)) });
}

// None of these belongs to the paid add-on. entity_id says nothing without entity_type.
function passes({ query }: Call): (task: Task) => boolean {
  const names = ['responsible_user_id', 'entity_type', 'is_completed', 'task_type'];
  if (one(query, 'filter', 'entity_type') !== undefined) names.push('entity_id');
  const tests = names.flatMap((name) => {
    const wanted = new Set(many(query, 'filter', name));
    return wanted.size === 0 ? [] : [(task: Task) => wanted.has(filterable(task)[name] ?? '')];
  });
  const inTime = sinceOf(query);
  return (task) => inTime(task) && tests.every((test) => test(task));
}

function filterable(task: Task): Record<string, string> {
  return {
    responsible_user_id: String(task.responsible_user_id),
    entity_type: String(task.entity_type),
    entity_id: String(task.entity_id),
    is_completed: String(Number(task.is_completed)),
    task_type: String(task.task_type_id),
  };
}

function get(call: Call): Answer {
  const task = call.store.tasks.get(idAt(call, 0));
  return task === undefined ? absent(call.settings, 'Task') : hal(taskView(task, call));
}

function taskView(task: Task, call: Call) {
  return {
    ...task,
    result: task.result ?? [], // an empty list where there is none: PHP's empty object
    account_id: call.store.account.id,
    _links: link(call, `tasks/${task.id}`),
  };
}
