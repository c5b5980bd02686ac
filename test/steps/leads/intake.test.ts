import t from 'tap';
import { startKeyed } from '../../fixtures/keyed.ts';
import { itemsSent, writesTo } from '../../fixtures/records.ts';
import { type Service, startService } from '../../fixtures/service.ts';

const person = { telegram_id: '700', name: 'Пётр Ильин', phone: '+7 900 700-00-01' };
const whole = {
  ...person,
  lead: { name: 'Заявка из бота', pipeline: 'Продажи', status: 'Первичный контакт', price: '150000' },
  note_text: 'Хочет скидку',
  task: { text: 'Перезвонить', complete_in: 3600, task_type: 'call', responsible_user: 'Ольга Лебедева' },
  utm: { source: 'telegram', ym_uid: '17' },
};
const sent = ({ sandbox }: Pick<Service, 'sandbox'>) =>
  writesTo(sandbox).map(({ method, path }) => `${method} ${path}`);
const order = ['/contacts', '/leads', '/leads/notes', '/tasks'].map((list) => `POST /api/v4${list}`);

t.test('contact, lead, note and task are made in one step', async (t) => {
  const service = await startService(t);
  const { status, body } = await service.step('amocrm_intake', whole);
  t.equal(status, 200, JSON.stringify(body));
  t.strictSame(sent(service), order);
  const { contact_id, lead_id, note_id, task_id, ...flags } = body.result;
  t.strictSame(flags, { success: true, contact_created: true, lead_created: true });
  const { store } = service.sandbox;
  t.match(store.contacts.get(contact_id), { name: 'Пётр Ильин' });
  t.match(store.leads.get(lead_id), { name: 'Заявка из бота', pipeline_id: 1, status_id: 1002, price: 150000 });
  t.ok(store.links.of({ kind: 'leads', id: lead_id }, 'contacts').some(({ id }) => id === contact_id));
  t.ok(store.notes.leads.has(note_id));
  t.match(store.tasks.get(task_id), { entity_type: 'leads', entity_id: lead_id, responsible_user_id: 8000002 });
  const [{ custom_fields_values: fields = [] } = {}] = itemsSent(service.sandbox, 'leads').map(Object);
  t.match(JSON.stringify(fields), /"telegram".*"17"/);
});

t.test('a second visit finds both, and writes utm nowhere', async (t) => {
  const service = await startService(t);
  const first = await service.step('amocrm_intake', person);
  const second = await service.step('amocrm_intake', { ...person, utm: { source: 'another' } });
  const { contact_id, lead_id } = first.body.result;
  t.match(second.body.result, { contact_id, lead_id, contact_created: false, lead_created: false });
  t.equal(sent(service).length, 2);
  const third = await service.step('amocrm_intake', { ...person, reuse: 'never', lead: { name: 'Новая' } });
  t.match(third.body.result, { contact_id, lead_created: true });
  t.not(third.body.result.lead_id, lead_id);
});

t.test('all faults come together before anything is written, at their places', async (t) => {
  const service = await startService(t);
  const { status, body } = await service.step('amocrm_intake', {
    ...person,
    custom_fields: { нет: 1 },
    lead: { pipeline: 'Нет такой', company_id: 404, custom_fields: { тоже: 1 } },
    task: { text: 'Перезвонить', task_type: 'нет такого' },
  });
  t.equal(status, 422);
  t.strictSame(
    body.errors.map(({ path }: { path: string }) => path).toSorted(),
    [
      'params.custom_fields.нет',
      'params.lead.company_id',
      'params.lead.custom_fields.тоже',
      'params.lead.pipeline',
      'params.task.task_type',
    ].toSorted(),
  );
  t.strictSame(sent(service), []);
});

t.test('what is not valid is refused without a call', async (t) => {
  const service = await startService(t);
  const bad: [object, string][] = [
    [{ name: 'Пётр' }, 'params'],
    [{ ...person, lead: { contact_id: 1 } }, 'params.lead.contact_id'],
    [{ ...person, lead: { pipeline: 'Продажи', pipeline_id: 1 } }, 'params.lead.pipeline_id'],
    [{ ...person, task: {} }, 'params.task.text'],
    [{ ...person, task: { text: 'а', entity_id: 1 } }, 'params.task.entity_id'],
    [{ ...person, utm: { sourse: 'x' } }, 'params.utm.sourse'],
    [{ ...person, reuse: 'always' }, 'params.reuse'],
  ];
  for (const [params, path] of bad) {
    const { status, body } = await service.step('amocrm_intake', params);
    t.match({ status, errors: body.errors }, { status: 400, errors: [{ path }] }, JSON.stringify(params));
  }
  t.strictSame(service.sandbox.requests, []);
});

t.test('amoCRM’s refusal of a part is told at that part, with what was written before', async (t) => {
  const service = await startService(t);
  const { status, body } = await service.step('amocrm_intake', { ...person, lead: { status_id: 1001 } });
  t.match({ status, code: body.code }, { status: 422, code: 'AMOCRM_REJECTED' });
  t.match(body.errors, [{ path: 'params.lead.status_id' }]);
  t.match(body.written, [{ entity_type: 'contacts' }]);
});

for (const [at, path] of order.entries()) {
  t.test(`under a key it goes on where it stopped: ${path}`, async (t) => {
    const { sandbox, step, crash } = await startKeyed(t, {});
    const upstream = path.slice('POST '.length);
    sandbox.faults.add({
      method: 'POST',
      path: upstream,
      times: 1,
      action: { kind: 'status', status: 403, body: 'json' },
    });
    const failed = await step('amocrm_intake', whole, 'k');
    t.not(failed.status, 200);
    t.equal(failed.body.written?.length ?? 0, at);
    await crash();
    const { status, body } = await step('amocrm_intake', whole, 'k');
    t.equal(status, 200, JSON.stringify(body));
    t.match(body.result, { contact_created: true, lead_created: true, note_id: Number, task_id: Number });
    const made = ['Пётр Ильин', 'Заявка из бота'].map(
      (name) =>
        [...sandbox.store.contacts.values(), ...sandbox.store.leads.values()].filter((each) => each.name === name)
          .length,
    );
    t.strictSame([...made, sandbox.store.tasks.size > 0], [1, 1, true]);
  });
}

t.test('twenty visits at once make one contact and one lead', async (t) => {
  const service = await startService(t);
  const visits = await Promise.all(Array.from({ length: 20 }, () => service.step('amocrm_intake', person)));
  const results = visits.map(({ body }) => body.result);
  t.equal(new Set(results.map(({ contact_id, lead_id }) => `${contact_id} ${lead_id}`)).size, 1);
  t.equal(results.filter(({ contact_created }) => contact_created).length, 1);
  t.equal(results.filter(({ lead_created }) => lead_created).length, 1);
});
