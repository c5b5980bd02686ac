import t from 'tap';
import { type Interrupted, interrupt, interruptions } from '../../fixtures/interrupted.ts';
import { startKeyed } from '../../fixtures/keyed.ts';
import { fieldIds, heldValues, itemsSent, plantContact, readsOf } from '../../fixtures/records.ts';

const type = 'amocrm_find_or_create_contact';
const phone = '+79001110003';
const replaced = '+79002220004';
const params = {
  phone,
  name: 'Борис',
  update_data: { phone: replaced, Источник: 'Telegram', notes: 'Звонил' },
  multi_value: 'replace',
};
const points = [
  ['PATCH', 'contacts'],
  ['POST', 'contacts/notes'],
] as const;
const ways = Object.keys(interruptions).filter((how): how is Interrupted => how in interruptions);

for (const how of ways) {
  for (const point of points) {
    t.test(`whom the first try has found and changed is found again: ${point.join(' ')} ${how}`, async (t) => {
      const service = await startKeyed(t);
      const { sandbox, step } = service;
      const id = plantContact(sandbox, { name: 'Борис', phones: [phone] });
      const send = () => step(type, params, 'k');
      await interrupt(service, point, how, send);
      const { status, body } = await send();
      t.equal(status, 200, JSON.stringify(body));
      t.match(body.result, { contact_id: id, found: true, created: false, matched_by: 'phone' });
      t.strictSame(heldValues(sandbox, id, fieldIds.phone), [replaced]);
      t.equal(itemsSent(sandbox, 'contacts').length, 0, 'nobody is made');
      const notes = [...sandbox.store.notes.contacts.values()].filter(({ entity_id }) => entity_id === id);
      t.equal(notes.length, 1);
    });

    t.test(`one that is gone is told so: ${point.join(' ')} ${how}`, async (t) => {
      const service = await startKeyed(t);
      const { sandbox, step } = service;
      const id = plantContact(sandbox, { name: 'Борис', phones: [phone] });
      const send = () => step(type, params, 'k');
      await interrupt(service, point, how, send);
      Object.assign(sandbox.store.contacts.get(id) ?? {}, { is_deleted: true });
      const { status, body } = await send();
      const isFree = point[0] === 'PATCH' && how === 'is refused';
      if (isFree) return t.match(body.result, { created: true }, 'nothing written: looked for anew');
      const told = { status, code: body.code, retryable: body.retryable, errors: body.errors };
      t.match(told, { status: 404, code: 'ENTITY_NOT_FOUND', retryable: false, errors: undefined });
      t.match(body.detail, new RegExp(`no longer has the contact ${id}\\b`));
      if (point[0] === 'POST') t.match(body.written, [{ entity_type: 'contacts', id }]);
      t.equal(itemsSent(sandbox, 'contacts').length, 0, 'nobody is made');
    });
  }
}

t.test('what has been found is not searched for again', async (t) => {
  const { sandbox, step } = await startKeyed(t);
  plantContact(sandbox, { name: 'Борис', phones: [phone] });
  const action = { kind: 'status', status: 403, body: 'problem' } as const;
  sandbox.faults.add({ method: 'POST', path: '/api/v4/contacts/notes', times: 1, action });
  t.equal((await step(type, params, 'k')).status, 502);
  const searches = () => readsOf(sandbox, 'contacts').filter((query) => query.includes('query=')).length;
  const before = searches();
  t.equal((await step(type, params, 'k')).status, 200);
  t.equal(searches(), before);
});

t.test('a find that writes nothing keeps nothing on disk, and nothing for the next request', async (t) => {
  const { sandbox, step, rows } = await startKeyed(t);
  const first = plantContact(sandbox, { name: 'Борис', phones: [phone] });
  t.match((await step(type, { phone, name: 'Борис' }, 'k')).body.result, { contact_id: first });
  t.strictSame([rows('keys'), rows('writes')], [[], []]);
  Object.assign(sandbox.store.contacts.get(first) ?? {}, { is_deleted: true });
  t.match((await step(type, { phone, name: 'Борис' }, 'k')).body.result, { created: true });
});
