import t from 'tap';
import type { Sandbox } from '../../../src/sandbox/sandbox.ts';
import { until } from '../../fixtures/keyed.ts';
import { fieldIds, plantContact } from '../../fixtures/records.ts';
import { startService } from '../../fixtures/service.ts';
import { createUnhurriedClock } from '../../fixtures/unhurried-clock.ts';

const update = 'amocrm_update_contact';
const quick = () => createUnhurriedClock(15);
const impatient = { AMO_TIMEOUT_MS: '300' };

function phonesOf({ store }: Sandbox, id: number): unknown[] {
  const fields = store.contacts.get(id)?.custom_fields_values ?? [];
  return fields.find(({ field_id }) => field_id === fieldIds.phone)?.values.map(({ value }) => value) ?? [];
}

function patches({ requests }: Sandbox): number {
  return requests.filter(({ method }) => method === 'PATCH').length;
}

/** Somebody adds a phone in amoCRM's own window. */
async function addPhone(sandbox: Sandbox, id: number, phone: string): Promise<void> {
  const values = [phone, ...phonesOf(sandbox, id)].map((value) => ({ value, enum_code: 'WORK' }));
  await sandbox.somebody.update('contacts', { id, custom_fields_values: [{ field_id: fieldIds.phone, values }] });
}

t.test(
  'after an update in doubt the contact is read again, and what others have added meanwhile is kept',
  async (t) => {
    const { sandbox, step } = await startService(t, { clock: quick(), env: impatient });
    const id = plantContact(sandbox, { phones: ['+79000000001'] });
    sandbox.faults.add({ method: 'PATCH', action: { kind: 'hang' } });
    const updating = step(update, { contact_id: id, update_data: { phone: '+79000000002' } });
    await until(() => patches(sandbox) === 1);
    await addPhone(sandbox, id, '+79000000003');
    t.equal((await updating).status, 200);
    t.same(phonesOf(sandbox, id), ['+79000000002', '+79000000001', '+79000000003']);
  },
);

t.test('what a late update has undone is sent once more', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick(), env: impatient });
  const id = plantContact(sandbox, { phones: ['+79000000001'] });
  sandbox.faults.add({ method: 'PATCH', action: { kind: 'late' } });
  sandbox.faults.add({ method: 'PATCH', skip: 1, action: { kind: 'after', next: { kind: 'delay' } } });
  const updating = step(update, { contact_id: id, update_data: { phone: '+79000000002' } });
  await until(() => patches(sandbox) === 1);
  await addPhone(sandbox, id, '+79000000003');
  await until(() => patches(sandbox) === 2 && phonesOf(sandbox, id).length === 3);
  await sandbox.waiting.release();
  const { status, body } = await updating;
  t.equal(status, 200);
  t.same(phonesOf(sandbox, id), ['+79000000002', '+79000000001', '+79000000003']);
  t.same(body.result.updated_fields, ['phone']);
  t.equal(patches(sandbox), 3);
});

t.test('the next update of the contact looks whether a late one has undone it', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick(), env: impatient });
  const id = plantContact(sandbox, { phones: ['+79000000001'] });
  sandbox.faults.add({ method: 'PATCH', action: { kind: 'late' } });
  sandbox.faults.add({ method: 'PATCH', skip: 2, action: { kind: 'after', next: { kind: 'delay' } } });
  t.equal((await step(update, { contact_id: id, update_data: { phone: '+79000000002' } })).status, 200);
  const next = step(update, { contact_id: id, update_data: { phone: '+79000000003' } });
  await until(() => patches(sandbox) === 3 && phonesOf(sandbox, id).length === 3);
  await sandbox.waiting.release();
  t.equal((await next).status, 200);
  t.same(phonesOf(sandbox, id), ['+79000000003', '+79000000002', '+79000000001']);
});

t.test('a gateway that is too slow for many updates at once gets fewer', async (t) => {
  const { sandbox, step } = await startService(t, { clock: quick(), env: { AMO_BATCH_SIZE: '100' } });
  const slow = { method: 'PATCH', itemsOver: 20, times: Number.POSITIVE_INFINITY } as const;
  sandbox.faults.add({ ...slow, action: { kind: 'status', status: 504, body: 'html' } });
  const ids = Array.from({ length: 100 }, () => plantContact(sandbox, {}));
  const answers = await Promise.all(
    ids.map((contact_id) => step(update, { contact_id, update_data: { name: 'Новое' } })),
  );
  t.same([...new Set(answers.map(({ status }) => status))], [200]);
  t.ok(ids.every((id) => sandbox.store.contacts.get(id)?.name === 'Новое'));
});

t.test('every update is answered, wherever its deadline falls', async (t) => {
  for (let reads = 1; reads <= 12; reads += 1) {
    const clock = quick();
    let left = Number.POSITIVE_INFINITY;
    const jumping = {
      ...clock,
      // From the given reading on the deadline is over.
      now() {
        left -= 1;
        return clock.now() + (left < 0 ? 3_600_000 : 0);
      },
    };
    const { sandbox, step } = await startService(t, { clock: jumping });
    sandbox.faults.add({ method: 'PATCH', times: 50, action: { kind: 'status', status: 502, body: 'html' } });
    const updating = step(update, { contact_id: 12345, update_data: { name: 'Новое' } });
    await until(() => patches(sandbox) === 1);
    left = reads;
    t.match(await updating, { status: 504, body: { code: 'OUTCOME_UNKNOWN' } }, `after ${reads} readings`);
  }
});
