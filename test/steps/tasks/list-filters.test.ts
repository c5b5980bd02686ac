import t from 'tap';
import { startService } from '../../fixtures/service.ts';

t.test('a filter that cannot be meant is refused, never dropped', async (t) => {
  const service = await startService(t);
  for (const params of [
    { updated_at: { since: 4102444800 } },
    { updated_at: {} },
    { filter: { task_type: [] } },
    { filter: { id: [] } },
    { filter: { id: Array.from({ length: 251 }, (_, index) => index + 1) } },
  ]) {
    const { status, body } = await service.step('amocrm_list_tasks', params);
    t.match({ status, code: body.code }, { status: 400, code: 'INVALID_REQUEST' }, JSON.stringify(params).slice(0, 80));
  }
  t.strictSame(service.sandbox.requests, []);
});

t.test('very many words are refused, not a failure', async (t) => {
  const service = await startService(t);
  const { status } = await service.step('amocrm_get_lead', { lead_id: 67890, with: ','.repeat(200_000) });
  t.equal(status, 400);
});

t.test('ids go on after the sandbox is reset: amoCRM never gives one twice', async (t) => {
  const service = await startService(t);
  const create = async () => (await service.step('amocrm_create_lead', { name: 'Заявка' })).body.result?.lead_id;
  const first = await create();
  service.sandbox.reset();
  t.ok((await create()) > first);
});
