import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { startKeyed } from '../../fixtures/keyed.ts';
import { itemsSent, writesTo } from '../../fixtures/records.ts';
import { type Service, startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const update = ({ step }: Service, params: Record<string, unknown>) =>
  step('amocrm_update_task', { task_id: 76001, ...params });
const sent = ({ sandbox }: Pick<Service, 'sandbox'>) => itemsSent(sandbox, 'tasks', 'PATCH');

t.test('what differs is changed', async (t) => {
  const service = await startService(t);
  const { status, body } = await update(service, {
    text: 'Отправить договор',
    complete_till: '2030-12-31',
    task_type: 'meeting',
    responsible_user: 'Ольга Лебедева',
    duration: 900,
  });
  t.equal(status, 200, JSON.stringify(body));
  const changes = {
    text: 'Отправить договор',
    complete_till: Date.parse('2030-12-31T23:59:00+03:00') / 1000,
    task_type_id: 2,
    responsible_user_id: 8000002,
    duration: 900,
  };
  t.strictSame(sent(service), [{ id: 76001, ...changes }]);
  t.equal(body.output_var, 'updated_task');
  t.match(body.result, { task_id: 76001, updated: true, task: { id: 76001, entity_id: 67896, ...changes } });
  t.equal(body.result.task.result, null, 'amoCRM says []');
  t.match(service.sandbox.store.tasks.get(76001), changes);
});

t.test('what is so already is not sent', async (t) => {
  const service = await startService(t);
  const { body } = await update(service, {
    text: 'Согласовать смету по телефону',
    task_type: 'Связаться',
    duration: 900,
  });
  t.match(body.result, { updated: true });
  t.strictSame(sent(service), [{ id: 76001, duration: 900 }]);
  const again = await update(service, { text: 'Согласовать смету по телефону', duration: 900 });
  t.match(again.body.result, { updated: false, task: { id: 76001, duration: 900 } });
  t.equal(sent(service).length, 1);
});

t.test('a task that does not exist, and params that cannot be used', async (t) => {
  const service = await startService(t);
  const notFound = failureOf(await update(service, { task_id: 12345, text: 'Нет' }));
  t.strictSame(notFound, [404, 'ENTITY_NOT_FOUND', 'params.task_id']);
  const requests = service.sandbox.requests.length;
  const bad: [Record<string, unknown>, string][] = [
    [{}, 'params'],
    [{ text: ' ' }, 'params.text'],
    [{ complete_till: 'завтра' }, 'params.complete_till'],
    [{ complete_till: '2030-12-31', complete_in: 60 }, 'params.complete_in'],
    [{ text: 'a', entity_type: 'leads' }, 'params.entity_type'],
    [{ text: 'a', is_completed: true }, 'params.is_completed'],
  ];
  for (const [params, path] of bad) {
    t.strictSame(failureOf(await update(service, params)).slice(1), ['INVALID_REQUEST', path], JSON.stringify(params));
  }
  t.equal(service.sandbox.requests.length, requests);
});

t.test('amoCRM’s refusal is told in the caller’s names', async (t) => {
  const service = await startService(t);
  const failure = failureOf(await update(service, { responsible_user_id: 999 }));
  t.strictSame(failure, [422, 'AMOCRM_REJECTED', 'params.responsible_user_id']);
});

for (const [how, action, times] of [
  ['dropped before it was carried out', { kind: 'drop' }, 2],
  ['dropped after', { kind: 'after', next: { kind: 'drop' } }, 1],
  ['answered 504 after', { kind: 'after', next: { kind: 'status', status: 504, body: 'html' } }, 1],
  ['answered 502 after', { kind: 'after', next: { kind: 'status', status: 502, body: 'html' } }, 1],
] as const) {
  t.test(`an update that was ${how} is read again, and done once`, async (t) => {
    const service = await startService(t, { clock: createUnhurriedClock(50) });
    service.sandbox.faults.add({ method: 'PATCH', action });
    t.match((await update(service, { text: 'Новая' })).body.result, { updated: true, task: { text: 'Новая' } });
    t.equal(sent(service).length, times);
    t.equal(service.sandbox.store.tasks.get(76001)?.text, 'Новая');
  });
}

t.test('under its key an update that was interrupted is gone on with', async (t) => {
  const service = await startKeyed(t, { env: { AMO_TIMEOUT_MS: '300', STEP_DEADLINE_MS: '1500' } });
  service.sandbox.faults.add({ method: 'PATCH', times: 99, action: { kind: 'hang' } });
  const send = () => service.step('amocrm_update_task', { task_id: 76001, text: 'Под ключом' }, 'k');
  t.match(await send(), { status: 504, body: { code: 'OUTCOME_UNKNOWN', retryable: true } });
  await service.crash();
  service.sandbox.faults.clear();
  const { body, text } = await send();
  t.match(body.result, { updated: true, task: { text: 'Под ключом' } });
  t.equal((await send()).text, text);
  t.equal(service.sandbox.store.tasks.get(76001)?.text, 'Под ключом');
});

t.test('many updates share calls', async (t) => {
  const service = await startService(t);
  const { sandbox, step } = service;
  const ids = Array.from({ length: 60 }, () => {
    const model = sandbox.store.tasks.get(76001);
    if (model === undefined) throw new Error('the sandbox has no task 76001');
    return sandbox.store.tasks.add({ ...model, id: sandbox.store.nextId() }).id;
  });
  const answers = await Promise.all(ids.map((task_id) => step('amocrm_update_task', { task_id, duration: 60 })));
  t.ok(answers.every(({ body }) => body.result.updated));
  t.ok(ids.every((id) => sandbox.store.tasks.get(id)?.duration === 60));
  t.ok(writesTo(sandbox).length <= 6, `${writesTo(sandbox).length} calls`);
});
