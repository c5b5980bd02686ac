import t from 'tap';
import { failureOf } from '../../fixtures/failure.ts';
import { plantContact, readsOf, writesTo } from '../../fixtures/records.ts';
import { type Answer, type Service, startService } from '../../fixtures/service.ts';

const get = ({ step }: Service, params: Record<string, unknown>): Promise<Answer> => step('amocrm_get_contact', params);

t.test('a contact by its id, with plain fields', async (t) => {
  const service = await startService(t);
  const contact_id = plantContact(service.sandbox, { name: 'Анна', phones: ['+79001112233'], telegram: '42' });
  const { status, body } = await get(service, { contact_id });
  t.match(
    { status, ...body.result },
    { status: 200, contact: { id: contact_id, name: 'Анна', fields: { phone: '+79001112233', 'Telegram ID': '42' } } },
  );
  t.strictSame(body.context, { contact: body.result });
  t.strictSame(readsOf(service.sandbox, 'contacts'), [`limit=250&filter[id][]=${contact_id}`]);
  t.strictSame(writesTo(service.sandbox), []);
});

t.test('its leads are added on demand', async (t) => {
  const service = await startService(t);
  const { body } = await get(service, { contact_id: 12345, with: ['leads', 'customers', 'leads'] });
  t.ok(Array.isArray(body.result.contact._embedded.leads));
  t.match(readsOf(service.sandbox, 'contacts'), [/^limit=250&with=customers,leads&/]);
});

t.test('an absent contact is not found', async (t) => {
  const service = await startService(t);
  const answer = await get(service, { contact_id: 999_999 });
  t.strictSame(failureOf(answer), [404, 'ENTITY_NOT_FOUND', 'params.contact_id']);
});

t.test('a contact that was read need not be asked for when a note is added', async (t) => {
  const service = await startService(t);
  await get(service, { contact_id: 12345 });
  const note = { entity_type: 'contacts', entity_id: 12345, note_text: 'Проверено' };
  t.equal((await service.step('amocrm_add_note', note)).status, 200);
  t.equal(readsOf(service.sandbox, 'contacts').length, 1);
});
