import Type, { type Static } from 'typebox';
import { type Answer, hal } from '../http/answer.ts';
import type { Task } from '../store/models.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems, decodeOne, requestId } from '../validation/items.ts';
import { type Violation, violation } from '../validation/violation.ts';
import { type Call, idAt, link } from './call.ts';
import { authorship, exactly, optional, RequestId } from './draft.ts';
import { checkUsers } from './user-refs.ts';

const keys = {
  ...authorship,
  entity_id: optional(Type.Integer()),
  entity_type: optional(Type.Enum(['leads', 'contacts', 'companies', 'customers'])),
  task_type_id: optional(Type.Integer()),
  is_completed: optional(Type.Boolean()),
  duration: optional(Type.Integer()),
  result: optional(exactly({ text: Type.String() })),
  // The npm client amocrm-js sends it empty with every task.
  _embedded: optional(exactly({})),
  request_id: RequestId,
};
const acceptNew = accepts(exactly({ ...keys, text: Type.String(), complete_till: Type.Integer() }));
const TaskChange = exactly({
  ...keys,
  id: Type.Integer(),
  text: optional(Type.String()),
  complete_till: optional(Type.Integer()),
});
const acceptChange = accepts(TaskChange);

export function createTasks(call: Call): Answer {
  const { store, userId } = call;
  const drafts = decodeItems(call.body, (item, found, index) => {
    checkUsers(store, item, found);
    const draft = acceptNew(item, found);
    if (draft) checkEntity(draft, call, found);
    return draft && { draft, requestId: requestId(item, index) };
  });
  const items = drafts.map(({ draft, requestId }) => {
    const now = store.now();
    const times = { created_by: userId, updated_by: userId, created_at: now, updated_at: now };
    const { request_id, _embedded, ...sent } = draft;
    const task = store.tasks.add({ id: store.nextId(), ...times, responsible_user_id: userId, ...BLANK, ...sent });
    return { id: task.id, request_id: requestId, _links: link(call, `tasks/${task.id}`) };
  });
  const ids = items.map(({ id }) => id);
  return hal({ _links: link(call, 'tasks'), _embedded: { tasks: items } }, ids);
}

export function updateTasks(call: Call): Answer {
  const changes = decodeItems(call.body, (item, found, index) => {
    const change = decodeChange(item, call, found);
    return change && { change, requestId: requestId(item, index) };
  });
  const tasks = changes.map(({ change, requestId }) => ({ ...apply(change, call), request_id: requestId }));
  return hal({ _links: link(call, 'tasks'), _embedded: { tasks } });
}

export function updateOneTask(call: Call): Answer {
  const id = idAt(call, 0);
  const changes = decodeOne(call.body, (item, found) => decodeChange({ ...item, id }, call, found));
  return hal(changes.map((change) => apply(change, call))[0]);
}

const BLANK: Pick<
  Task,
  'group_id' | 'entity_id' | 'entity_type' | 'duration' | 'is_completed' | 'task_type_id' | 'result'
> = {
  group_id: 0,
  entity_id: null,
  entity_type: null,
  duration: 0,
  is_completed: false,
  task_type_id: 1,
  result: null,
};

function decodeChange(item: Record<string, unknown>, call: Call, found: Violation[]) {
  if (typeof item.id === 'number' && !call.store.tasks.has(item.id)) found.push(violation('NotSupportedChoice', 'id'));
  checkUsers(call.store, item, found);
  const change = acceptChange(item, found);
  if (change) checkEntity(change, call, found);
  return change;
}

function checkEntity(
  { entity_id, entity_type }: Partial<Static<typeof TaskChange>>,
  call: Call,
  found: Violation[],
): void {
  if (entity_id === undefined || entity_type === undefined) return;
  if (!call.store.live(entity_type, entity_id)) found.push(violation('NotSupportedChoice', 'entity_id'));
}

function apply({ request_id, _embedded, ...change }: Static<typeof TaskChange>, call: Call) {
  const updated = { updated_at: call.store.now(), updated_by: call.userId };
  call.store.tasks.update(change.id, (task) => Object.assign(task, updated, change));
  const updatedAt = change.updated_at ?? updated.updated_at;
  return { id: change.id, updated_at: updatedAt, _links: link(call, `tasks/${change.id}`) };
}
