import t from 'tap';
import { startService } from '../../fixtures/service.ts';

t.test('a card has the lead with its people, tasks, notes and names', async (t) => {
  const { step, sandbox } = await startService(t);
  await step('amocrm_add_note', { entity_type: 'leads', entity_id: 67890, note_text: 'Первая' });
  await step('amocrm_add_note', { entity_type: 'leads', entity_id: 67890, note_text: 'Вторая' });
  await step('amocrm_move_lead', { lead_id: 67890, status: 'lost', loss_reason: 'Дорого' });
  const { status, body } = await step('amocrm_get_lead_card', { lead_id: '67890', notes: 1 });
  t.equal(status, 200, JSON.stringify(body).slice(0, 300));
  const { lead, pipeline, loss_reason, responsible_user, contacts, company, tasks, notes, tags, ...rest } = body.result;
  t.equal(lead.id, 67890);
  t.strictSame(
    [pipeline, rest.status, loss_reason],
    [
      { id: 1, name: 'Продажи' },
      { id: 143, name: 'Закрыто и не реализовано' },
      { id: 501, name: 'Дорого' },
    ],
  );
  t.match(responsible_user, { id: 8000001, name: 'Интеграция бота' });
  t.match(contacts, [{ id: 12345, name: 'Мария Соколова', phone: '+7 921 555-12-34', is_main: true }]);
  t.match(company, { id: Number, name: String });
  t.match(
    notes.map(({ params }: { params: object }) => params),
    [{ text: 'Вторая' }],
  );
  const open = [...sandbox.store.tasks.values()].filter(
    ({ entity_type, entity_id, is_completed }) => entity_type === 'leads' && entity_id === 67890 && !is_completed,
  );
  t.strictSame(tasks.map(({ id }: { id: number }) => id).toSorted(), open.map(({ id }) => id).toSorted());
  t.ok(Array.isArray(tags));
});

t.test('a token without the right to users gives ids without names', async (t) => {
  const { step } = await startService(t, { sandbox: { role: 'user' } });
  const { status, body } = await step('amocrm_get_lead_card', { lead_id: 67890 });
  t.equal(status, 200, JSON.stringify(body).slice(0, 300));
  t.strictSame(body.result.responsible_user, { id: 8000001, name: null });
});

t.test('a contact in the bin is left out; an absent lead is 404', async (t) => {
  const { step, sandbox } = await startService(t);
  const contact = sandbox.store.contacts.get(12345);
  if (contact !== undefined) contact.is_deleted = true;
  const { body } = await step('amocrm_get_lead_card', { lead_id: 67890, notes: 0 });
  t.match(body.result, { contacts: [], notes: [] });
  t.match(await step('amocrm_get_lead_card', { lead_id: 404 }), {
    status: 404,
    body: { code: 'ENTITY_NOT_FOUND', errors: [{ path: 'params.lead_id' }] },
  });
});

t.test('more open tasks than a card holds are told of', async (t) => {
  const { step, sandbox } = await startService(t, { sandbox: { seed: false } });
  const { body: made } = await step('amocrm_create_lead', { name: 'Заявка' });
  const { lead_id } = made.result;
  const task = { text: 'Да', complete_in: 60, entity_type: 'leads', entity_id: lead_id };
  await step('amocrm_create_task', task);
  const [model] = sandbox.store.tasks.values();
  if (model === undefined) return t.fail('the sandbox has no task');
  const card = async () => (await step('amocrm_get_lead_card', { lead_id })).body.result;
  const plant = () => sandbox.store.tasks.add({ ...model, id: sandbox.store.nextId() });
  for (let count = 1; count < 249; count += 1) plant();
  t.match(await card(), { tasks: { length: 249 }, has_more_tasks: false });
  for (let count = 249; count < 251; count += 1) plant();
  t.match(await card(), { tasks: { length: 250 }, has_more_tasks: true });
});
