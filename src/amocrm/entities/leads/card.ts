import { type Static, Type } from 'typebox';
import { Problem } from '../../../problems/problem.ts';
import { checkOf } from '../../../schemas/check.ts';
import type { Amo } from '../../amo.ts';
import { wholePages } from '../../reads/pages.ts';
import type { Query } from '../../reads/read.ts';
import type { Contact, Lead } from '../../shapes/entities.ts';
import { listReader } from '../../shapes/entities.ts';
import { nextQuery } from '../../shapes/hal.ts';
import { valuesOf } from '../../shapes/held-values.ts';
import { companies } from '../companies/collection.ts';
import { contacts } from '../contacts/collection.ts';
import { withFields } from '../create-entity.ts';
import { readEntity } from '../update-entity.ts';
import { updatableLead } from './update.ts';

const Item = Type.Object({ id: Type.Integer({ minimum: 1 }) }, { additionalProperties: true });
const readItems = listReader(Item);

const Parts = Type.Object({
  contacts: Type.Optional(
    Type.Array(Type.Object({ id: Type.Integer(), is_main: Type.Optional(Type.Union([Type.Boolean(), Type.Null()])) })),
  ),
  companies: Type.Optional(Type.Array(Type.Object({ id: Type.Integer() }))),
  loss_reason: Type.Optional(Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() }))),
  tags: Type.Optional(Type.Array(Type.Object({ name: Type.String() }))),
});
const holdsParts = checkOf(Type.Object({ _embedded: Parts }));

/**
 * All that a manager sees of a lead: where it stands, who it is of, what is to be done, what was said last. Everything
 * is read at once; of very many open tasks the next 250. A user's name is null where the token may not read users; a
 * contact in the bin is left out. Errors: ENTITY_NOT_FOUND, those of reads.
 */
export async function getLeadCard(amo: Amo, { lead_id, notes = 10 }: { lead_id: number; notes?: number }) {
  const [lead, tasks, newestNotes] = await Promise.all([
    readEntity(amo, updatableLead, lead_id, ['contacts', 'loss_reason']),
    openTasks(amo, lead_id),
    notes === 0 ? nothing : readItemsOf(amo, `leads/${lead_id}/notes`, 'notes', newestFirst(notes)),
  ]);
  const parts = partsOf(lead);
  const [place, responsible_user, people, company, read] = await Promise.all([
    placeOf(amo, lead),
    userOf(amo, lead.responsible_user_id),
    Promise.all((parts.contacts ?? []).map(({ id, is_main }) => personOf(amo, id, is_main === true))),
    companyOf(amo, parts.companies?.[0]?.id),
    withFields(amo, 'leads', lead),
  ]);
  const [reason] = parts.loss_reason ?? [];
  return {
    lead: read,
    ...place,
    responsible_user,
    loss_reason: reason === undefined ? null : { id: reason.id, name: reason.name },
    contacts: people.filter((person) => person !== undefined),
    company,
    tasks: tasks.items,
    has_more_tasks: tasks.hasMore,
    notes: newestNotes.items,
    tags: (parts.tags ?? []).map(({ name }) => name),
  };
}

function partsOf(lead: unknown): Static<typeof Parts> {
  return holdsParts.accepts(lead) ? lead._embedded : {};
}

function newestFirst(limit: number): Query {
  return [
    ['limit', String(limit)],
    ['order[id]', 'desc'],
  ];
}

function openTasks(amo: Amo, leadId: number) {
  return readItemsOf(amo, 'tasks', 'tasks', [
    wholePages,
    ['filter[entity_type]', 'leads'],
    ['filter[entity_id][]', String(leadId)],
    ['filter[is_completed]', '0'],
    ['order[complete_till]', 'asc'],
  ]);
}

interface Items {
  items: Static<typeof Item>[];
  hasMore: boolean;
}
const nothing: Items = { items: [], hasMore: false };

/** The first page of a list. */
async function readItemsOf(amo: Amo, path: string, list: string, query: Query): Promise<Items> {
  // Of a list below the lead amoCRM may say that it is absent: there are then no items.
  const page = await amo.gate.read(path, query, amo.operation, { mayBeAbsent: true });
  return page === undefined ? nothing : { items: readItems(page, list), hasMore: nextQuery(page) !== undefined };
}

interface Named {
  id: number;
  name: string | null;
}

async function placeOf(amo: Amo, { pipeline_id, status_id }: Lead) {
  const pipelines = await amo.directories.pipelines.list(amo.operation);
  const pipeline = pipelines.find(({ id }) => id === pipeline_id);
  const status = pipeline?._embedded.statuses.find(({ id }) => id === status_id);
  return { pipeline: namedOf(pipeline_id, pipeline?.name), status: namedOf(status_id, status?.name) };
}

function namedOf(id: number | null | undefined, name: string | undefined): Named | null {
  return id === undefined || id === null ? null : { id, name: name ?? null };
}

/** The name is null for a token without the right to read users. */
async function userOf(amo: Amo, id: number | null | undefined): Promise<Named | null> {
  if (id === undefined || id === null || id === 0) return null;
  try {
    const users = await amo.directories.users.list(amo.operation);
    return { id, name: users.find((user) => user.id === id)?.name ?? null };
  } catch (error) {
    if (error instanceof Problem && error.code === 'AMOCRM_FORBIDDEN') return { id, name: null };
    throw error;
  }
}

async function personOf(amo: Amo, id: number, is_main: boolean) {
  const contact: Contact | undefined = await amo.gate.findById(contacts, id, amo.operation);
  if (contact === undefined) return undefined;
  const { name = null, fields } = await withFields(amo, 'contacts', contact);
  const [phone = null] = valuesOf(contact, 'phone');
  const [email = null] = valuesOf(contact, 'email');
  return { id, name, phone, email, is_main, fields };
}

async function companyOf(amo: Amo, id: number | undefined) {
  const company = id === undefined ? undefined : await amo.gate.findById(companies, id, amo.operation);
  return company === undefined ? null : withFields(amo, 'companies', company);
}
