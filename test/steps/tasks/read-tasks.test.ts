import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const list = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> => step('amocrm_list_tasks', params);
const get = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> => step('amocrm_get_task', params);
const idsOf = ({ body }: Answer): number[] => body.result.tasks.map(({ id }: { id: number }) => id);

t.test('a task by its id; an empty result is null, a filled one stays', async (t) => {
  const service = await startService(t);
  const open = await get(service, { task_id: '76001' });
  t.match(
    { status: open.status, ...open.body.result.task },
    { status: 200, id: 76001, is_completed: false, result: null },
  );
  t.match((await get(service, { task_id: 76002 })).body.result.task, {
    is_completed: true,
    result: { text: 'Понравился' },
  });
  t.strictSame(readsOf(service.sandbox, 'tasks'), ['limit=250&filter[id][]=76001', 'limit=250&filter[id][]=76002']);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('a task that is not there', async (t) => {
  const service = await startService(t);
  t.strictSame(failureOf(await get(service, { task_id: 404 })), [404, 'ENTITY_NOT_FOUND', 'params.task_id']);
});

t.test('a hundred tasks at once share calls', async (t) => {
  const service = await startService(t);
  const answers = await Promise.all(Array.from({ length: 100 }, (_, n) => get(service, { task_id: 76001 + (n % 2) })));
  t.ok(answers.every(({ status }) => status === 200));
  t.ok(readsOf(service.sandbox, 'tasks').length <= 6);
});

t.test('tasks of an entity, open ones, by kind, user and time, without the paid add-on', async (t) => {
  const service = await startService(t);
  t.strictSame(idsOf(await list(service, { order: { id: 'desc' } })), [76002, 76001]);
  const about = { entity_type: 'lead', entity_id: 67896 };
  t.strictSame(idsOf(await list(service, { ...about, is_completed: false })), [76001]);
  t.strictSame(idsOf(await list(service, { filter: { 'filter[is_completed]': 1 } })), [76002]);
  t.strictSame(idsOf(await list(service, { task_type: 'meeting', responsible_user: 'Интеграция бота' })), [76002]);
  t.strictSame(idsOf(await list(service, { entity_type: 'leads', entity_id: 67890, updated_at: 1 })), []);
  await list(service, { filter: { entity_type: 'leads', entity_id: [67896, 1], updated_at: { to: 5 } }, limit: 10 });
  t.strictSame(readsOf(service.sandbox, 'tasks'), [
    'order[id]=desc&limit=250&page=1',
    'filter[entity_type]=leads&filter[entity_id]=67896&filter[is_completed]=0&limit=250&page=1',
    'filter[is_completed]=1&limit=250&page=1',
    'filter[task_type][]=2&filter[responsible_user_id][]=8000001&limit=250&page=1',
    'filter[entity_type]=leads&filter[entity_id]=67890&filter[updated_at][from]=1&limit=250&page=1',
    'filter[entity_type]=leads&filter[entity_id][]=67896&filter[entity_id][]=1&filter[updated_at][to]=5&limit=10&page=1',
  ]);
});

t.test('what cannot be used is refused before amoCRM is asked', async (t) => {
  const service = await startService(t);
  const bad: [Record<string, unknown>, string][] = [
    [{ entity_id: 1 }, 'params.entity_type'],
    [{ entity_type: 'leads' }, 'params.entity_id'],
    [{ filter: { entity_id: 1 } }, 'params.filter.entity_type'],
    [{ filter: { is_completed: 'да' } }, 'params.filter.is_completed'],
    [{ is_completed: true, filter: { is_completed: 1 } }, 'params.filter.is_completed'],
    [{ task_type_id: 1, filter: { 'filter[task_type]': 1 } }, 'params.filter.filter[task_type]'],
    [{ filter: { complete_till: { from: 1 } } }, 'params.filter.complete_till'],
    [{ order: { updated_at: 'asc' } }, 'params.order.updated_at'],
    [{ with: 'leads' }, 'params.with'],
  ];
  for (const [params, path] of bad) {
    t.strictSame(failureOf(await list(service, params)), [400, 'INVALID_REQUEST', path], JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});

t.test('an unknown kind is told with those that there are', async (t) => {
  const service = await startService(t);
  const answer = await list(service, { task_type: 'Звонок' });
  t.strictSame(failureOf(answer), [422, 'UNKNOWN_NAME', 'params.task_type']);
  t.match(answer.body.errors[0].message, /"Связаться"/);
});
