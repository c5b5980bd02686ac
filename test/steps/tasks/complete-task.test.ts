import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { itemsSent, writesTo } from '../../fixtures/records.ts';
import { type Service, startService } from '../../fixtures/service.ts';

const complete = ({ step }: Service, params: Record<string, unknown>) =>
  step('amocrm_complete_task', { task_id: 76001, ...params });
const sent = ({ sandbox }: Service) => itemsSent(sandbox, 'tasks', 'PATCH');

t.test('a task is done, with what came of it', async (t) => {
  const service = await startService(t);
  const { body } = await complete(service, { result_text: 'Отправил' });
  t.strictSame(sent(service), [{ id: 76001, is_completed: true, result: { text: 'Отправил' } }]);
  t.equal(body.output_var, 'completed_task');
  const task = { id: 76001, is_completed: true, result: { text: 'Отправил' } };
  t.match(body.result, { success: true, task_id: 76001, completed: true, task });
  t.match(service.sandbox.store.tasks.get(76001), task);
});

t.test('a result is not needed', async (t) => {
  const service = await startService(t);
  t.match((await complete(service, { result_text: '' })).body.result, { completed: true, task: { result: null } });
  t.strictSame(sent(service), [{ id: 76001, is_completed: true }]);
});

t.test('one that is done already is no failure, and gets a further result', async (t) => {
  const service = await startService(t);
  const done = { task_id: 76002, result_text: 'Понравился' };
  t.match((await complete(service, done)).body.result, { completed: true });
  t.strictSame(writesTo(service.sandbox), []);
  await complete(service, { ...done, result_text: 'Заказали' });
  t.strictSame(sent(service), [{ id: 76002, result: { text: 'Заказали' } }]);
});

t.test('a task that does not exist is 404', async (t) => {
  const service = await startService(t);
  const failure = failureOf(await complete(service, { task_id: 12345 }));
  t.strictSame(failure, [404, 'ENTITY_NOT_FOUND', 'params.task_id']);
});
