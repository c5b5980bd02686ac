import { Type } from 'typebox';
import { type Path, refuseFaults } from '../../../problems/problem.ts';
import { checkOf } from '../../../schemas/check.ts';
import type { Amo } from '../../amo.ts';
import { lost, won } from '../../directories/pipelines.ts';
import { faultsOf, idOf, ownPath, type PathOf, resolveName } from '../../directories/resolve.ts';
import { readKnown } from '../../reads/once-more.ts';
import type { Lead } from '../../shapes/entities.ts';
import { withFields } from '../create-entity.ts';
import { readKept, readReferred } from '../references.ts';
import { leads } from './collection.ts';

export interface ContactLeadsParams {
  contact_id: number;
  pipeline?: string;
  pipeline_id?: number;
  /** Whether leads that are won or lost are left out. */
  only_open?: boolean;
}

/** A contact, and the param that gave it; without one it was found or made by the step itself. */
export interface GivenContact {
  id: number;
  path?: Path;
}

/** Which leads of a contact are meant. */
export interface LeadFilter {
  pipelineId: number | undefined;
  onlyOpen: boolean;
}

/**
 * The leads of a contact, newest first. Errors: ENTITY_NOT_FOUND for an absent contact, UNKNOWN_NAME, AMBIGUOUS_NAME,
 * those of reads.
 */
export async function findContactLeads(amo: Amo, params: ContactLeadsParams) {
  const { contact_id, only_open: onlyOpen = true } = params;
  const pipelineId = await pipelineOf(amo, params);
  const found = await leadsOfContact(amo, { id: contact_id, path: ['contact_id'] }, { pipelineId, onlyOpen });
  const list = await Promise.all(found.map((lead) => withFields(amo, 'leads', lead)));
  const [lead] = list;
  return { found: lead !== undefined, lead: lead ?? null, lead_id: lead?.id ?? null, leads: list, count: list.length };
}

/** The id of the pipeline that a search is limited to, if any. Throws UNKNOWN_NAME and AMBIGUOUS_NAME. */
export async function pipelineOf(
  amo: Amo,
  { pipeline: name, pipeline_id: id }: Omit<ContactLeadsParams, 'contact_id'>,
  pathOf: PathOf = ownPath,
) {
  const resolved = await resolveName(amo, amo.directories.pipelines, { name, id, key: 'pipeline', pathOf });
  refuseFaults(faultsOf(resolved));
  return idOf(resolved);
}

const linked = checkOf(
  Type.Object({ _embedded: Type.Object({ leads: Type.Array(Type.Object({ id: Type.Integer({ minimum: 1 }) })) }) }),
);

/**
 * The leads of a contact that are meant, newest first: the contact names their ids, which are then read like any ids.
 * So it needs no filter add-on. Errors: ENTITY_NOT_FOUND, those of reads.
 */
export async function leadsOfContact(amo: Amo, { id, path }: GivenContact, filter: LeadFilter): Promise<Lead[]> {
  const reading = ['leads'];
  const contact =
    path === undefined
      ? await readKept(amo, 'contacts', id, reading)
      : await readReferred(amo, { entityType: 'contacts', id, path }, reading);
  const ids = linked.accepts(contact) ? contact._embedded.leads.map(({ id }) => id) : [];
  const found: Lead[] = await readKnown(ids, (some) =>
    Promise.all(some.map((id) => amo.gate.findById(leads, id, amo.operation, leadParts))),
  );
  return found.filter((lead) => isMeant(lead, filter)).sort(newestFirst);
}

/** What a read of a lead brings along: its contacts. */
const leadParts = ['contacts'];

export function isMeant({ is_deleted, pipeline_id, status_id }: Lead, { pipelineId, onlyOpen }: LeadFilter): boolean {
  if (is_deleted === true || (pipelineId !== undefined && pipeline_id !== pipelineId)) return false;
  return !onlyOpen || (status_id !== won && status_id !== lost);
}

export function newestFirst(a: Lead, b: Lead): number {
  return (b.created_at ?? 0) - (a.created_at ?? 0) || b.id - a.id;
}
