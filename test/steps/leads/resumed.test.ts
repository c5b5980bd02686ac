import t from 'tap';
import { startKeyed, until } from '../../fixtures/keyed.ts';
import { itemsSent, plantContact, writesTo } from '../../fixtures/records.ts';

const won = 142;
/** Refuses the next write to a list, certainly not done. */
const refused = (path: string) =>
  ({
    method: 'POST',
    path: `/api/v4/${path}`,
    times: 1,
    action: { kind: 'status', status: 403, body: 'json' },
  }) as const;

t.test('a contact whose phone the first try has replaced is not made a second time', async (t) => {
  const { sandbox, step, crash } = await startKeyed(t);
  const planted = plantContact(sandbox, { name: 'Борис', phones: ['+79001110003'] });
  const before = sandbox.store.contacts.size;
  const params = {
    phone: '+79001110003',
    name: 'Борис',
    update_data: { phone: '+79002220004', notes: 'звонил' },
    multi_value: 'replace',
  };
  sandbox.faults.add(refused('contacts/notes'));
  t.not((await step('amocrm_find_or_create_contact', params, 'k')).status, 200);
  await crash();
  const { status, body } = await step('amocrm_find_or_create_contact', params, 'k');
  t.equal(status, 200, JSON.stringify(body));
  t.match(body.result, { contact_id: planted, found: true, created: false, matched_by: 'phone' });
  t.equal(sandbox.store.contacts.size, before);
});

t.test('a lead that was won meanwhile still gets the rest of its intake', async (t) => {
  const { sandbox, step, crash } = await startKeyed(t);
  const contact_id = plantContact(sandbox, { name: 'Вера', phones: ['+79001110005'] });
  const { lead_id } = (await step('amocrm_create_lead', { name: 'Старая', contact_id })).body.result;
  const params = { phone: '+79001110005', note_text: 'Хочет скидку', task: { text: 'Перезвонить' } };
  sandbox.faults.add(refused('tasks'));
  t.match((await step('amocrm_intake', params, 'k')).body, { written: [{ entity_type: 'notes' }] }, 'noted');
  const lead = sandbox.store.leads.get(lead_id);
  if (lead !== undefined) lead.status_id = won;
  await crash();
  const { status, body } = await step('amocrm_intake', params, 'k');
  t.equal(status, 200, JSON.stringify(body));
  t.match(body.result, { contact_id, lead_id, contact_created: false, lead_created: false });
  t.match(itemsSent(sandbox, 'tasks').at(-1), { entity_id: lead_id });
  t.equal(itemsSent(sandbox, 'leads').length, 1, 'the lead that was there');
});

t.test('what was renamed meanwhile stops nothing that has begun', async (t) => {
  const { sandbox, step, crash } = await startKeyed(t);
  const params = {
    phone: '+79005550002',
    name: 'Глеб',
    custom_fields: { Источник: 'Сайт' },
    lead: { pipeline: 'Повторные продажи' },
    note_text: 'Заметка',
    task: { text: 'Перезвонить', responsible_user: 'Ольга Лебедева' },
  };
  sandbox.faults.add(refused('tasks'));
  const failed = await step('amocrm_intake', params, 'k');
  t.equal(failed.body.written?.length, 3, JSON.stringify(failed.body));
  for (const pipeline of sandbox.store.pipelines.values()) pipeline.name = `Другая ${pipeline.id}`;
  for (const user of sandbox.store.users.values()) user.name = `Другой ${user.id}`;
  for (const field of sandbox.store.fields.contacts.values()) field.name = `Другое ${field.id}`;
  await crash();
  const { status, body } = await step('amocrm_intake', params, 'k');
  t.equal(status, 200, JSON.stringify(body));
  t.match(itemsSent(sandbox, 'tasks').at(-1), { responsible_user_id: 8000002 });
});

t.test('a move that ends after a crash tells where the lead stood before', async (t) => {
  const { sandbox, step, crash } = await startKeyed(t);
  const { lead_id } = (await step('amocrm_create_lead', { name: 'Сделка' })).body.result;
  const { pipeline_id, status_id } = sandbox.store.leads.get(lead_id) ?? {};
  const params = { lead_id, status: 'Переговоры' };
  const hang = { kind: 'after', next: { kind: 'hang' } } as const;
  sandbox.faults.add({ method: 'PATCH', path: '/api/v4/leads', times: 1, action: hang });
  const dead = step('amocrm_move_lead', params, 'k');
  await until(() => sandbox.store.leads.get(lead_id)?.status_id !== status_id);
  await crash();
  const { status, body } = await step('amocrm_move_lead', params, 'k');
  t.equal(status, 200, JSON.stringify(body));
  t.match(body.result, { moved: true, previous: { pipeline_id, status_id } });
  await dead;
});

t.test('what has gone is told in words, beside what was written, and no param is blamed', async (t) => {
  const { sandbox, step, crash } = await startKeyed(t);
  const params = { phone: '+79005550003', name: 'Семён', note_text: 'Заметка' };
  sandbox.faults.add(refused('leads'));
  const failed = await step('amocrm_intake', params, 'k');
  t.match(failed.body.written, [{ entity_type: 'contacts' }]);
  const [{ id }] = failed.body.written;
  const contact = sandbox.store.contacts.get(id);
  if (contact !== undefined) contact.is_deleted = true;
  await crash();
  const sent = writesTo(sandbox).length;
  const { status, body } = await step('amocrm_intake', params, 'k');
  t.match({ status, ...body }, { status: 404, code: 'ENTITY_NOT_FOUND', written: [{ entity_type: 'contacts', id }] });
  t.match(body.detail, new RegExp(`contact ${id}.*Idempotency-Key`));
  t.equal(body.errors, undefined);
  t.equal(writesTo(sandbox).length, sent);
  t.equal((await step('amocrm_intake', params, 'another')).status, 200);
});

t.test('a step that has written nothing finds anew', async (t) => {
  const { sandbox, step, crash } = await startKeyed(t);
  const first = plantContact(sandbox, { name: 'Дина', phones: ['+79001110009'] });
  const params = { phone: '+79001110009', name: 'Дина', note_text: 'Заметка' };
  sandbox.faults.add(refused('leads'));
  t.equal((await step('amocrm_intake', params, 'k')).body.written, undefined);
  const contact = sandbox.store.contacts.get(first);
  if (contact !== undefined) contact.is_deleted = true;
  await crash();
  const { status, body } = await step('amocrm_intake', params, 'k');
  t.equal(status, 200, JSON.stringify(body));
  t.match(body.result, { contact_created: true, lead_created: true });
});
