import t, { type Test } from 'tap';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { type Interrupted, interrupt, interruptions } from '../../fixtures/interrupted.ts';
import { type KeyedService, startKeyed } from '../../fixtures/keyed.ts';
import { itemsSent, plantContact } from '../../fixtures/records.ts';

/** What somebody changes in amoCRM between two tries must not split one request over two contacts or leads. */

t.setTimeout(180_000);

type Point = readonly ['POST' | 'PATCH', string];
const toContact: Point = ['PATCH', 'contacts'];
const toNewContact: Point = ['POST', 'contacts'];
const toLead: Point = ['POST', 'leads'];
const toNote: Point = ['POST', 'leads/notes'];
const toTask: Point = ['POST', 'tasks'];
const ways = Object.keys(interruptions).filter((how): how is Interrupted => how in interruptions);

const phone = '+79001110001';
const rest = { note_text: 'Хочет скидку', task: { text: 'Перезвонить' } };
const withPhone = ({ store }: Sandbox, number: string) =>
  [...store.contacts.values()].filter((contact) => JSON.stringify(contact).includes(number.slice(-10)));
const leadsOf = ({ store }: Sandbox, id: number) =>
  store.links.of({ kind: 'contacts', id }, 'leads').map((link) => link.id);

/** The notes and tasks that amoCRM has, by the lead that they are of. */
function placed({ store }: Sandbox, { lead_id, note_id, task_id }: Record<string, number>) {
  const notes = [...store.notes.leads.values()].filter((note) => JSON.stringify(note).includes(rest.note_text));
  const tasks = [...store.tasks.values()].filter(({ text }) => text === rest.task.text);
  return {
    notes: notes.map(({ id, entity_id }) => [id, entity_id]),
    tasks: tasks.map(({ id, entity_id }) => [id, entity_id]),
    expected: { notes: [[note_id, lead_id]], tasks: [[task_id, lead_id]] },
  };
}

function checkPlaced(t: Test, sandbox: Sandbox, result: Record<string, number>): void {
  const { expected, ...found } = placed(sandbox, result);
  t.strictSame(found, expected);
}

function openLead({ sandbox }: KeyedService, contactId: number): number {
  const _embedded = { contacts: [{ id: contactId, is_main: true }] };
  return sandbox.somebody.create('leads', { name: 'Старая', created_at: 1_700_000_000, _embedded });
}

for (const how of ways) {
  for (const point of [toContact, toLead, toNote, toTask]) {
    t.test(`a contact that has got another phone is still the one: ${point.join(' ')} ${how}`, async (t) => {
      const service = await startKeyed(t);
      const { sandbox, step } = service;
      const contact = plantContact(sandbox, { name: 'Анна', phones: [phone] });
      const replaced = { update_data: { phone: '+79002220002' }, multi_value: 'replace' };
      const send = () => step('amocrm_intake', { phone, name: 'Анна', ...replaced, ...rest }, 'k');
      await interrupt(service, point, how, send);
      const { status, body } = await send();
      t.equal(status, 200, JSON.stringify(body));
      t.match(body.result, { contact_id: contact, contact_created: false, lead_created: true });
      t.strictSame(leadsOf(sandbox, contact), [body.result.lead_id]);
      t.equal(withPhone(sandbox, phone).length + withPhone(sandbox, '+79002220002').length, 1);
      checkPlaced(t, sandbox, body.result);
    });
  }

  for (const point of [toNote, toTask]) {
    t.test(`a lead that is won meanwhile keeps what is left: ${point.join(' ')} ${how}`, async (t) => {
      const service = await startKeyed(t);
      const { sandbox, step } = service;
      const contact = plantContact(sandbox, { name: 'Вера', phones: [phone] });
      const lead = openLead(service, contact);
      const send = () => step('amocrm_intake', { phone, ...rest }, 'k');
      await interrupt(service, point, how, send);
      sandbox.somebody.update('leads', { id: lead, status_id: 142 });
      const { status, body } = await send();
      t.equal(status, 200, JSON.stringify(body));
      const isFree = point === toNote && how === 'is refused';
      t.match(body.result, { contact_id: contact, lead_created: isFree }, 'nothing written: looked for anew');
      if (!isFree) t.equal(body.result.lead_id, lead);
      checkPlaced(t, sandbox, body.result);
    });
  }

  for (const point of [toLead, toNote, toTask]) {
    t.test(`names stay what they were taken for: ${point.join(' ')} ${how}`, async (t) => {
      const service = await startKeyed(t);
      const { sandbox, step } = service;
      const { store } = sandbox;
      const params = {
        phone,
        name: 'Галина',
        custom_fields: { Источник: 'Telegram' },
        responsible_user: 'Денис Корнеев',
        lead: { pipeline: 'Повторные продажи', status: 'Смета отправлена', custom_fields: { Услуги: 'Дизайн' } },
        note_text: rest.note_text,
        task: { ...rest.task, task_type: 'meeting', responsible_user: 'korneev@severny-veter.example' },
        utm: { source: 'telegram' },
      };
      const send = () => step('amocrm_intake', params, 'k');
      await interrupt(service, point, how, send);
      for (const pipeline of store.pipelines.values()) {
        pipeline.name = `Новая ${pipeline.id}`;
        for (const status of pipeline.statuses) status.name = `Новый ${status.id}`;
      }
      for (const field of [...store.fields.contacts.values(), ...store.fields.leads.values()]) {
        Object.assign(field, { name: `Новое ${field.id}`, code: field.code === 'PHONE' ? 'PHONE' : null });
        for (const option of field.enums ?? []) Object.assign(option, { value: `Новый ${option.id}`, code: null });
      }
      for (const user of store.users.values()) Object.assign(user, { name: 'Другой', email: 'other@example.com' });
      const { status, body } = await send();
      t.equal(status, 200, JSON.stringify(body));
      const lead = store.leads.get(body.result.lead_id);
      t.match(lead, { pipeline_id: 7202, status_id: 7213 });
      t.match(store.tasks.get(body.result.task_id), { responsible_user_id: 8000003, task_type_id: 2 });
      t.equal(itemsSent(sandbox, 'leads').length, point === toLead && how !== 'is done, and the process dies' ? 2 : 1);
      checkPlaced(t, sandbox, body.result);
    });
  }

  for (const point of [toNote, toTask]) {
    t.test(`with its lead there, a contact that is gone is not needed: ${point.join(' ')} ${how}`, async (t) => {
      const service = await startKeyed(t);
      const { sandbox, step } = service;
      const send = () => step('amocrm_intake', { phone, name: 'Дарья', ...rest }, 'k');
      await interrupt(service, point, how, send);
      const [contact] = withPhone(sandbox, phone);
      if (contact !== undefined) contact.is_deleted = true;
      const { status, body } = await send();
      t.equal(status, 200, JSON.stringify(body));
      t.match(body.result, { contact_id: contact?.id, contact_created: true, lead_created: true });
      checkPlaced(t, sandbox, body.result);
    });
  }

  t.test(`one that was found and is gone is not needed either: ${how}`, async (t) => {
    const service = await startKeyed(t);
    const { sandbox, step } = service;
    const contact = plantContact(sandbox, { name: 'Дарья', phones: [phone] });
    const lead = openLead(service, contact);
    const send = () => step('amocrm_intake', { phone, ...rest }, 'k');
    await interrupt(service, toTask, how, send);
    Object.assign(sandbox.store.contacts.get(contact) ?? {}, { is_deleted: true });
    const { status, body } = await send();
    t.equal(status, 200, JSON.stringify(body));
    t.match(body.result, { contact_id: contact, lead_id: lead, lead_created: false });
    checkPlaced(t, sandbox, body.result);
  });

  for (const reuse of ['open', 'never']) {
    t.test(`no lead is made for a contact that is gone: ${how}, reuse ${reuse}`, async (t) => {
      if (how === 'is done, and the process dies') return t.pass('the lead is there');
      const service = await startKeyed(t);
      const { sandbox, step } = service;
      const send = () => step('amocrm_intake', { phone, name: 'Ева', reuse, ...rest }, 'k');
      await interrupt(service, toLead, how, send);
      const [contact] = withPhone(sandbox, phone);
      if (contact !== undefined) contact.is_deleted = true;
      const before = itemsSent(sandbox, 'leads').length;
      const { status, body } = await send();
      t.match(
        { status, code: body.code, errors: body.errors },
        { status: 404, code: 'ENTITY_NOT_FOUND', errors: undefined },
      );
      t.match(body.detail, new RegExp(`no longer has the contact ${contact?.id}\\b`));
      t.strictSame(body.written, [{ entity_type: 'contacts', id: contact?.id }]);
      t.equal(itemsSent(sandbox, 'leads').length, before);
    });
  }
}

t.test('a contact that was found and is gone is told so, with what was written', async (t) => {
  const service = await startKeyed(t);
  const { sandbox, step } = service;
  const contact = plantContact(sandbox, { name: 'Жанна', phones: [phone] });
  const update_data = { phone: '+79002220002' };
  const send = () => step('amocrm_intake', { phone, update_data, multi_value: 'replace', ...rest }, 'k');
  for (const point of [toContact, toLead]) {
    await interrupt(service, point, point === toContact ? 'is done, and the process dies' : 'is refused', send);
  }
  Object.assign(sandbox.store.contacts.get(contact) ?? {}, { is_deleted: true });
  const { status, body } = await send();
  t.match(
    { status, code: body.code, errors: body.errors },
    { status: 404, code: 'ENTITY_NOT_FOUND', errors: undefined },
  );
  t.match(body.written, [{ entity_type: 'contacts', id: contact }]);
});

t.test('a lead that is gone is told so, with what was written', async (t) => {
  const service = await startKeyed(t);
  const { sandbox, step } = service;
  const contact = plantContact(sandbox, { name: 'Зоя', phones: [phone] });
  const lead = openLead(service, contact);
  const send = () => step('amocrm_intake', { phone, ...rest }, 'k');
  await interrupt(service, toTask, 'is refused', send);
  Object.assign(sandbox.store.leads.get(lead) ?? {}, { is_deleted: true });
  const { status, body } = await send();
  t.match(
    { status, code: body.code, errors: body.errors },
    { status: 404, code: 'ENTITY_NOT_FOUND', errors: undefined },
  );
  t.match(body.detail, new RegExp(`no longer has the lead ${lead}\\b`));
  t.match(body.written, [{ entity_type: 'notes' }]);
  t.equal(itemsSent(sandbox, 'tasks').length, 1);
});

t.test('a new contact is interrupted: nothing is there to be kept', async (t) => {
  for (const how of ways) {
    const service = await startKeyed(t);
    const { sandbox, step } = service;
    const send = () => step('amocrm_intake', { phone, name: 'Инна', ...rest }, 'k');
    await interrupt(service, toNewContact, how, send);
    const { body } = await send();
    t.match(body.result, { contact_created: true, lead_created: true });
    t.equal(withPhone(sandbox, phone).length, 1);
    checkPlaced(t, sandbox, body.result);
  }
});

t.test('a stage without a pipeline stays in the one that was the main one', async (t) => {
  const service = await startKeyed(t);
  const { sandbox, step } = service;
  const send = () => step('amocrm_intake', { phone, name: 'Лев', lead: { status: 'Договор' } }, 'k');
  await interrupt(service, toLead, 'is refused', send);
  for (const pipeline of sandbox.store.pipelines.values()) pipeline.is_main = pipeline.id === 7202;
  const { status, body } = await send();
  t.equal(status, 200, JSON.stringify(body));
  t.match(itemsSent(sandbox, 'leads').at(-1), { pipeline_id: 1, status_id: 1004 });
});

t.test('a field of the name of another’s id is not taken for that', async (t) => {
  const service = await startKeyed(t);
  const { sandbox, step } = service;
  const send = () =>
    step('amocrm_intake', { phone, name: 'Мила', lead: { custom_fields: { Услуги: ['Дизайн'] } } }, 'k');
  await interrupt(service, toLead, 'is refused', send);
  for (const field of sandbox.store.fields.leads.values()) if (field.id === 223463) field.name = '223462';
  const { status, body } = await send();
  t.equal(status, 200, JSON.stringify(body));
  const [{ custom_fields_values }] = itemsSent(sandbox, 'leads').slice(-1);
  t.strictSame(custom_fields_values, [{ field_id: 223462, values: [{ enum_id: 81 }] }]);
});
