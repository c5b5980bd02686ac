import { Type } from 'typebox';
import { entityMessages } from '../../../messages/entities.ts';
import type { Message } from '../../../messages/message.ts';
import { Problem } from '../../../problems/problem.ts';
import { checkOf } from '../../../schemas/check.ts';
import type { Amo } from '../../amo.ts';
import { lost, won } from '../../directories/pipelines.ts';
import { ownPath } from '../../directories/resolve.ts';
import { keeperOf } from '../../operation/findings.ts';
import { nameOfWrite } from '../../operation/write-log.ts';
import { newest } from '../../reads/newest.ts';
import { type Entity, Lead } from '../../shapes/entities.ts';
import { reader } from '../../shapes/hal.ts';
import { withFields } from '../create-entity.ts';
import type { Prepared } from '../prepare-create.ts';
import { readKept } from '../references.ts';
import { leads } from './collection.ts';
import { createPrepared, prepareLinked } from './leads.ts';
import { type GivenContact, isMeant, type LeadFilter, leadsOfContact, newestFirst, pipelineOf } from './of-contact.ts';
import type { LeadAttributes } from './params.ts';

const readLead = reader(Lead, 'a lead');

/** Seconds that cover the lag between a new link and the contact's list of leads. amoCRM does not document it. */
const lagSeconds = 60;

/**
 * Finds the newest open lead of a contact or creates one, one at a time for each contact. Of many callers for one contact
 * exactly one creates, and none while an earlier create is in doubt. A pipeline limits the search. Errors: those of
 * finding and creating; OVERLOADED while an earlier create is in doubt or when amoCRM's newest leads cannot be read.
 */
export async function findOrCreateLead(amo: Amo, params: LeadAttributes & { contact_id: number }) {
  const [prepared, pipelineId] = await Promise.all([prepareLinked(amo, params, ownPath), pipelineOf(amo, params)]);
  const contact = { id: params.contact_id, path: ['contact_id'] };
  return findOrCreatePrepared(amo, contact, { prepared, pipelineId });
}

/** The same with what is to be written for a new lead. */
export async function findOrCreatePrepared(
  amo: Amo,
  contact: GivenContact,
  { prepared, pipelineId }: { prepared: Prepared; pipelineId: number | undefined },
) {
  const name = `lead of contact ${contact.id}`;
  return amo.locks([name], amo.operation, async () => {
    // A create that an earlier attempt under the same key has begun is looked for first, and answered as created.
    const owner = amo.operation.log?.peek(nameOfWrite('POST', leads.path)).id;
    const isCreated = (await amo.gate.recallCreate(leads, amo.operation)) !== undefined;
    const found = isCreated ? undefined : await findOnce(amo, contact, { pipelineId, onlyOpen: true });
    if (found !== undefined) {
      return { lead_id: found.id, lead: await withFields(amo, 'leads', found), found: true, created: false };
    }
    if (!isCreated) amo.doubts.refuse([[name]], owner);
    const { deadline } = amo.operation;
    const made = await amo.doubts.during([name], { owner, deadline }, () => createPrepared(amo, prepared));
    return { ...made, found: false, created: true, ...closedWarning(prepared) };
  });
}

/** For a lead that is closed as soon as it is made. */
function closedWarning({ draft }: Prepared): { warnings?: Message[] } {
  const { status_id } = draft.body;
  if (status_id !== won && status_id !== lost) return {};
  return { warnings: [entityMessages.closedLead] };
}

/** The id of the lead that was found. */
const ids = keeperOf(Type.Integer());

/** Finds the lead, or reads the one that an earlier attempt under the same key has found, though it be closed by now. */
async function findOnce(amo: Amo, contact: GivenContact, filter: LeadFilter): Promise<Lead | undefined> {
  const kept = ids.of(amo.operation, 'lead');
  if (kept !== undefined) return readLead(await readKept(amo, 'leads', kept));
  const lead = await findOpen(amo, contact, filter);
  if (lead !== undefined) ids.keep(amo.operation, 'lead', lead.id);
  return lead;
}

async function findOpen(amo: Amo, contact: GivenContact, filter: LeadFilter): Promise<Lead | undefined> {
  const [listed] = await leadsOfContact(amo, contact, filter);
  return listed ?? findAmongNewest(amo, contact.id, filter);
}

const linked = checkOf(
  Type.Object({ _embedded: Type.Object({ contacts: Type.Array(Type.Object({ id: Type.Integer() })) }) }),
);

/** Finds what the contact's own list of leads does not show yet. */
async function findAmongNewest(amo: Amo, contactId: number, filter: LeadFilter): Promise<Lead | undefined> {
  const since = Math.floor(amo.gate.serverTime().earliest) - lagSeconds;
  const isOfContact = (lead: Entity) =>
    linked.accepts(lead) && lead._embedded.contacts.some(({ id }) => id === contactId) && isMeant(lead, filter);
  const found: Lead[] | undefined = await newest(amo.gate.read, amo.operation, leads, since, isOfContact);
  if (found === undefined) {
    throw new Problem('OVERLOADED', entityMessages.tooManyLeads, { retryAfter: 5 });
  }
  return found.sort(newestFirst)[0];
}
