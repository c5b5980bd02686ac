import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';

t.test('the account, with what is asked for', async (t) => {
  const { step, sandbox } = await startService(t);
  const plain = await step('amocrm_get_account', {});
  t.match(plain.body.result.account, { id: 31415926, subdomain: 'sandbox', current_user_id: 8000001 });
  t.notOk('_embedded' in plain.body.result.account);
  const more = await step('amocrm_get_account', { with: ['version', 'task_types', 'version'] });
  t.match(more.body.result.account, { version: 16, _embedded: { task_types: [{ id: 1 }, { id: 2 }] } });
  t.strictSame(readsOf(sandbox, 'account'), ['', 'with=task_types,version']);
});

t.test('what amoCRM does not document is refused', async (t) => {
  const { step, sandbox } = await startService(t);
  t.strictSame(failureOf(await step('amocrm_get_account', { with: 'users' })), [400, 'INVALID_REQUEST', 'params.with']);
  t.strictSame(sandbox.requests, []);
});
