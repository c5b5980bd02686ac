import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { readsOf } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';

t.test('users, a page at a time, with what is asked for', async (t) => {
  const { step, sandbox } = await startService(t);
  const { body } = await step('amocrm_list_users', { limit: 2, with: 'uuid, phone_number' });
  t.match(body.result, { count: 2, page: 1, limit: 2, has_more: true, users: [{ id: 8000001, uuid: String }, {}] });
  const last = await step('amocrm_list_users', { limit: 2, page: 2 });
  t.match(last.body.result, { count: 1, has_more: false, users: [{ id: 8000003, rights: { is_admin: false } }] });
  t.strictSame(readsOf(sandbox, 'users'), ['with=phone_number,uuid&limit=2&page=1', 'limit=2&page=2']);
  t.strictSame(failureOf(await step('amocrm_list_users', { order: { id: 'asc' } })), [
    400,
    'INVALID_REQUEST',
    'params.order',
  ]);
});

t.test('a user by e-mail, name or id', async (t) => {
  const { step, sandbox } = await startService(t);
  for (const params of [
    { user: 'LEBEDEVA@severny-veter.example' },
    { user: 'ольга лебедева' },
    { user_id: '8000002' },
  ]) {
    t.match((await step('amocrm_get_user', params)).body.result.user, { id: 8000002, name: 'Ольга Лебедева' });
  }
  t.equal(readsOf(sandbox, 'users/8000002').length, 3);
});

t.test('a user that is not there', async (t) => {
  const { step } = await startService(t);
  t.strictSame(failureOf(await step('amocrm_get_user', { user_id: 404 })), [404, 'ENTITY_NOT_FOUND', 'params.user_id']);
  t.strictSame(failureOf(await step('amocrm_get_user', { user: 'Никто' })), [422, 'UNKNOWN_NAME', 'params.user']);
  t.strictSame(failureOf(await step('amocrm_get_user', {})), [400, 'INVALID_REQUEST', 'params']);
});

for (const role of ['user', 'external'] as const) {
  for (const forbidden of ['json', 'html'] as const) {
    t.test(`without the right (${role}, ${forbidden}) the failure names it, and other steps go on`, async (t) => {
      const { step } = await startService(t, { sandbox: { role, forbidden } });
      for (const [type, params] of [
        ['amocrm_list_users', {}],
        ['amocrm_get_user', { user_id: 8000002 }],
      ] as const) {
        const { status, body } = await step(type, params);
        t.match({ status, code: body.code }, { status: 502, code: 'AMOCRM_FORBIDDEN' });
        t.match(body.detail, /administrator’s token of an integration that is not external/);
      }
      t.equal((await step('amocrm_get_contact', { contact_id: 12345 })).status, 200);
    });
  }
}
