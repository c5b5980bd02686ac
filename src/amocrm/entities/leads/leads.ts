import { type Path, refuseFaults } from '../../../problems/problem.ts';
import { largestPage } from '../../../schemas/largest-page.ts';
import type { Amo } from '../../amo.ts';
import { ownPath, type PathOf, setIds } from '../../directories/resolve.ts';
import { stageOfNew } from '../../directories/stage.ts';
import type { FieldInput } from '../../fields/encode.ts';
import { Lead } from '../../shapes/entities.ts';
import { reader } from '../../shapes/hal.ts';
import { type Draft, embed } from '../../writes/draft.ts';
import { createEntity, type Readable, withFields } from '../create-entity.ts';
import { type Prepared, prepareCreate } from '../prepare-create.ts';
import { missingFor, type Reference, remember } from '../references.ts';
import { searchPage } from '../search.ts';
import { leads } from './collection.ts';
import type { LeadAttributes } from './params.ts';

const plainAttributes = ['name', 'price'] as const;

/**
 * Creates a lead, linked to a contact and a company that exist.
 * Errors: those of names and custom fields, ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes.
 */
export async function createLead(amo: Amo, params: LeadAttributes) {
  return createPrepared(amo, await prepareLinked(amo, params, ownPath));
}

/** A new lead with its links, ready to be sent. Throws all faults of the params at once, and the errors of reads. */
export async function prepareLinked(
  amo: Amo,
  params: LeadAttributes,
  pathOf: PathOf,
  implied: readonly FieldInput[] = [],
): Promise<Prepared> {
  const [prepared, missing] = await Promise.all([
    prepareLead(amo, params, pathOf, implied),
    missingFor(amo, leads, references(params, pathOf)),
  ]);
  const { draft } = prepared;
  if (params.contact_id !== undefined) linkContact(draft, params.contact_id, pathOf('contact_id'));
  addLink(draft, 'companies', params.company_id, pathOf('company_id'), {});
  refuseFaults([...missing, ...prepared.faults]);
  return prepared;
}

/** Creates a lead that has been judged. Errors: AMOCRM_REJECTED, those of writes. */
export async function createPrepared(amo: Amo, prepared: Prepared) {
  const lead = await createEntity(amo, 'leads', prepared);
  return { lead_id: lead.id, lead };
}

/** A new lead with its names looked up, ready to be sent unless there are faults; not linked yet. Errors: those of reads. */
export async function prepareLead(
  amo: Amo,
  params: LeadAttributes,
  pathOf: PathOf,
  implied: readonly FieldInput[] = [],
): Promise<Prepared> {
  const [prepared, stage] = await Promise.all([
    prepareCreate(amo, 'leads', params, { plain: plainAttributes, pathOf, implied }),
    stageOfNew(amo, params, pathOf),
  ]);
  setIds(prepared.draft, stage.ids);
  return { ...prepared, faults: [...stage.faults, ...prepared.faults] };
}

/** Makes a contact the main one of a new lead. */
export function linkContact(draft: Draft, id: number, path: Path): void {
  addLink(draft, 'contacts', id, path, { is_main: true });
}

function addLink(draft: Draft, name: string, id: number | undefined, path: Path, link: object): void {
  if (id !== undefined) embed(draft, name, [{ item: { id, ...link }, path, code: 'ENTITY_NOT_FOUND' }]);
}

export function references({ contact_id, company_id }: LeadAttributes, pathOf: PathOf): Reference[] {
  const given = [
    { entityType: 'contacts' as const, id: contact_id, path: pathOf('contact_id') },
    { entityType: 'companies' as const, id: company_id, path: pathOf('company_id') },
  ];
  return given.flatMap(({ id, ...reference }) => (id === undefined ? [] : [{ ...reference, id }]));
}

const readLead = reader(Lead, 'a lead');

export interface FoundLead {
  found: boolean;
  lead: Readable<Lead> | null;
  count: number;
}

/** Finds a lead by id, or by full-text search, whose first hit is not verified. Errors: those of reads. */
export async function findLead(amo: Amo, { lead_id, query }: { lead_id?: number; query?: string }): Promise<FoundLead> {
  const hits = lead_id === undefined ? await queryLeads(amo, query ?? '') : await leadById(amo, lead_id);
  const [first] = hits;
  if (first === undefined) return { found: false, lead: null, count: 0 };
  remember(amo, 'leads', first.id);
  return { found: true, lead: await withFields(amo, 'leads', readLead(first)), count: hits.length };
}

async function leadById(amo: Amo, id: number) {
  const lead = await amo.gate.findById(leads, id, amo.operation);
  return lead === undefined ? [] : [lead];
}

async function queryLeads(amo: Amo, query: string) {
  const { entities } = await searchPage(amo, 'leads', { query, limit: largestPage, page: 1 });
  return entities.filter(({ is_deleted }) => is_deleted !== true);
}
