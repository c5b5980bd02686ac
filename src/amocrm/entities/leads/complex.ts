import { type Static, Type } from 'typebox';
import { fieldMessages } from '../../../messages/fields.ts';
import { type Fault, refuseFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { ownPath, type PathOf } from '../../directories/resolve.ts';
import { asRead } from '../../fields/written-fields.ts';
import type { EntityType } from '../../shapes/entities.ts';
import { reader } from '../../shapes/hal.ts';
import { embedNew } from '../../writes/draft.ts';
import { prepareCompany } from '../companies/companies.ts';
import { prepareContact } from '../contacts/contacts.ts';
import { withFields } from '../create-entity.ts';
import { linkCompany } from '../linking/company.ts';
import type { Prepared } from '../prepare-create.ts';
import { missingFor, remember } from '../references.ts';
import { addTags } from '../tagging/change-tags.ts';
import { leadsComplex } from './collection.ts';
import type { ComplexAttributes } from './complex-params.ts';
import { linkContact, prepareLead, references } from './leads.ts';

/** Custom fields of an entity at most. Source: developers' reference, leads (`POST /api/v4/leads/complex`). */
const maxFields = 40;

const maybeId = Type.Optional(Type.Union([Type.Integer(), Type.Null()]));
const Answer = Type.Object({
  id: Type.Integer(),
  contact_id: maybeId,
  company_id: maybeId,
  merged: Type.Optional(Type.Boolean()),
});
const readAnswer = reader(Answer, 'a lead with its contact and company');

/** A lead and what is made together with it. */
interface Parts {
  leads: Prepared;
  contacts?: Prepared;
  companies?: Prepared;
}

/**
 * Creates a lead, and a contact and a company with it, in one call. amoCRM leaves out a company that is there already, so
 * that is linked afterwards; and it may keep one tag alone, so those that are missing are added. Errors: those of names
 * and custom fields, ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes.
 */
export async function createLeadComplex(amo: Amo, params: ComplexAttributes) {
  const parts = await prepareParts(amo, params);
  const { draft, encoded } = parts.leads;
  if (params.contact_id !== undefined) linkContact(draft, params.contact_id, ['contact_id']);
  if (parts.contacts !== undefined) embedNew(draft, 'contacts', parts.contacts.draft);
  if (parts.companies !== undefined) embedNew(draft, 'companies', parts.companies.draft);
  const made = readAnswer(await amo.gate.write({ method: 'POST', collection: leadsComplex, draft }, amo.operation));
  const isNew = made.merged !== true;
  noteMade(amo, made, isNew ? parts : undefined);
  const contactFields = parts.contacts === undefined ? [] : asRead(parts.contacts.encoded);
  // A contact that was there already takes the values over.
  if (typeof made.contact_id === 'number')
    await amo.contactDirectory.note({ id: made.contact_id, custom_fields_values: contactFields });
  await addLostTags(amo, params, made);
  if (params.company_id !== undefined) await linkKnown(amo, params.company_id, made, isNew && 'contacts' in parts);
  const contact_id = made.contact_id ?? null;
  const company_id = params.company_id ?? made.company_id ?? null;
  const { _embedded: _, ...own } = draft.body;
  const links = {
    ...(contact_id === null ? {} : { contacts: [{ id: contact_id, is_main: true }] }),
    ...(company_id === null ? {} : { companies: [{ id: company_id }] }),
  };
  const custom_fields_values = encoded.length === 0 ? null : asRead(encoded);
  const _embedded = { tags: params.tags?.map((name) => ({ name })) ?? [], ...links };
  const lead = await withFields(amo, 'leads', { ...own, id: made.id, custom_fields_values, _embedded });
  return { lead_id: made.id, contact_id, company_id, merged: !isNew, lead };
}

/** What is to be written. Throws all faults of the params at once, and the errors of reads. */
async function prepareParts(amo: Amo, params: ComplexAttributes): Promise<Parts> {
  const { contact, company } = params;
  const [leads, contacts, companies, missing] = await Promise.all([
    prepareLead(amo, params, ownPath),
    contact && prepareContact(amo, contact, within('contact')),
    company && prepareCompany(amo, company, within('company')),
    missingFor(amo, leadsComplex, references(params, ownPath)),
  ]);
  refuseFaults([
    ...missing,
    ...faultsOf(leads, ownPath),
    ...faultsOf(contacts, within('contact')),
    ...faultsOf(companies, within('company')),
  ]);
  return { leads, ...(contacts && { contacts }), ...(companies && { companies }) };
}

function within(part: 'contact' | 'company'): PathOf {
  return (name) => [part, name];
}

function faultsOf(prepared: Prepared | undefined, pathOf: PathOf): Fault[] {
  const { faults = [], encoded = [] } = prepared ?? {};
  if (encoded.length <= maxFields) return faults;
  const message = fieldMessages.tooManyFields(maxFields, encoded.length);
  return [...faults, { path: pathOf('custom_fields'), message, code: 'INVALID_REQUEST' }];
}

type Made = Static<typeof Answer>;

/** The ids of what the call has made or linked. */
function idsOf({ id, contact_id, company_id }: Made): (readonly [EntityType, number])[] {
  const ids = [['leads', id] as const, ['contacts', contact_id] as const, ['companies', company_id] as const];
  return ids.flatMap(([type, known]) => (known === undefined || known === null ? [] : [[type, known] as const]));
}

function noteMade(amo: Amo, made: Made, parts: Parts | undefined): void {
  for (const [entityType, id] of idsOf(made)) {
    remember(amo, entityType, id);
    // The gate has told of the lead alone.
    if (entityType !== 'leads' && parts?.[entityType] !== undefined) {
      amo.operation.written.push({ entity_type: entityType, id });
    }
  }
}

/** Adds tags that amoCRM has not kept. Of one tag there is no doubt, unless the lead was there already. */
async function addLostTags(amo: Amo, params: ComplexAttributes, made: Made): Promise<void> {
  const given = {
    leads: { tags: params.tags ?? [], pathOf: ownPath },
    contacts: { tags: params.contact?.tags ?? [], pathOf: within('contact') },
    companies: { tags: params.company?.tags ?? [], pathOf: within('company') },
  };
  const least = made.merged === true ? 1 : 2;
  await Promise.all(
    idsOf(made).map(async ([entity_type, entity_id]) => {
      const { tags, pathOf } = given[entity_type];
      if (tags.length >= least) await addTags(amo, { entity_type, entity_id, tags }, pathOf);
    }),
  );
}

/** Links a company that was there already to the lead, and to its contact if that is new, as amoCRM does with new ones. */
async function linkKnown(amo: Amo, companyId: number, made: Made, isContactNew: boolean): Promise<void> {
  const path = ['company_id'];
  const owners = idsOf(made).filter(([type]) => type === 'leads' || (type === 'contacts' && isContactNew));
  const to = { entityType: 'companies' as const, id: companyId, path };
  await Promise.all(owners.map(([entityType, id]) => linkCompany(amo, { from: { entityType, id, path }, to })));
}
