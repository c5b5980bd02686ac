import type { Settings } from '../options.ts';
import { type Account, KINDS } from '../store/models.ts';
import { Store } from '../store/store.ts';
import { ACCOUNT, LOSS_REASONS, PIPELINES, USERS } from './account.ts';
import { BOTS } from './bots.ts';
import { CATALOGS, plantCatalog } from './catalogs.ts';
import { COMPANIES } from './companies.ts';
import { CONTACTS } from './contacts.ts';
import { CUSTOM_FIELDS, PREDEFINED_FIELDS } from './fields.ts';
import { LEADS } from './leads.ts';
import { NOTES } from './notes.ts';
import { plantEntity, plantFields, plantNote, plantTask } from './plant.ts';
import { TASKS } from './tasks.ts';

/** A sandbox that makes less than so many things a second gives no id again after the next start. */
const IDS_A_SECOND = 10;

/** What an account begins with. */
export interface Beginning {
  /** Whether it has a small studio's data. */
  seeded: boolean;
  account: Account;
}

/** The account of a sandbox. */
export function accountNamed(name = ACCOUNT.name): Account {
  return { ...ACCOUNT, name };
}

/** The store of an account; `idsByClock`: see the options of a sandbox. */
export function openStore(settings: Settings, begins: Beginning, now: () => number, idsByClock = false): Store {
  const store = new Store({ ...begins.account }, settings, now);
  fill(store, begins.seeded);
  if (idsByClock) store.skipTo((store.now() - ACCOUNT.created_at) * IDS_A_SECOND);
  store.begin();
  return store;
}

/** Puts the store back to how it was opened. */
export function resetStore(store: Store, { seeded, account }: Beginning): void {
  const last = store.nextId();
  store.clear({ ...account });
  fill(store, seeded);
  store.skipTo(last);
  store.begin();
}

function fill(store: Store, seeded: boolean): void {
  plantBasics(store);
  if (seeded) plantStudio(store);
  for (const kind of KINDS) store.search[kind].settle();
  store.begin();
}

/** What every account has: users, pipelines, predefined fields. */
function plantBasics(store: Store): void {
  for (const user of USERS) store.users.set(user.id, { ...user });
  for (const pipeline of PIPELINES) store.pipelines.set(pipeline.id, structuredClone(pipeline));
  for (const reason of LOSS_REASONS) store.lossReasons.set(reason.id, { ...reason });
  plantFields(store, PREDEFINED_FIELDS);
}

function plantStudio(store: Store): void {
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
  for (const row of TASKS) plantTask(store, row);
  for (const bot of BOTS) store.bots.set(bot.id, structuredClone(bot));
  for (const row of CATALOGS) plantCatalog(store, row);
}
