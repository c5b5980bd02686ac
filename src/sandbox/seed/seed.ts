import type { Account } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { ACCOUNT, LOSS_REASONS, PIPELINES, USERS } from './account.ts';
import { COMPANIES } from './companies.ts';
import { CONTACTS } from './contacts.ts';
import { CUSTOM_FIELDS, PREDEFINED_FIELDS } from './fields.ts';
import { LEADS } from './leads.ts';
import { NOTES } from './notes.ts';
import { plantEntity, plantFields, plantNote } from './plant.ts';

/** What every account has: users, pipelines, predefined fields. */
export function seedBasics(store: Store): Account {
  for (const user of USERS) store.users.set(user.id, { ...user });
  for (const pipeline of PIPELINES) store.pipelines.set(pipeline.id, structuredClone(pipeline));
  for (const reason of LOSS_REASONS) store.lossReasons.set(reason.id, { ...reason });
  plantFields(store, PREDEFINED_FIELDS);
  return { ...ACCOUNT };
}

/** A small studio's data. */
export function seed(store: Store): void {
  plantFields(store, CUSTOM_FIELDS);
  for (const row of COMPANIES) store.companies.add(plantEntity(store, 'companies', row));
  for (const { first_name, last_name, company, ...row } of CONTACTS) {
    const name = `${first_name} ${last_name}`;
    store.contacts.add({ ...plantEntity(store, 'contacts', { ...row, name }), first_name, last_name });
    if (company) store.links.add({ kind: 'contacts', id: row.id }, { kind: 'companies', id: company });
  }
  for (const { contacts = [], company, price, pipeline_id, status_id, loss_reason_id = null, ...row } of LEADS) {
    const entity = plantEntity(store, 'leads', row);
    const closed_at = status_id === 142 || status_id === 143 ? entity.updated_at : null;
    store.leads.add({ ...entity, price, pipeline_id, status_id, loss_reason_id, closed_at });
    const lead = { kind: 'leads', id: row.id } as const;
    for (const id of contacts) store.links.add(lead, { kind: 'contacts', id });
    if (company) store.links.add(lead, { kind: 'companies', id: company });
  }
  const customer = plantEntity(store, 'customers', { id: 98001, name: 'Клуб друзей студии', daysAgo: 40 });
  store.customers.add({ ...customer, next_price: 30000, next_date: null, status_id: 1, periodicity: 0 });
  for (const row of NOTES) plantNote(store, row);
}
