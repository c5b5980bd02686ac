import { allOrFaults } from '../../../problems/all-or-faults.ts';
import type { Amo } from '../../amo.ts';
import type { PathOf } from '../../directories/resolve.ts';
import { type FindOrCreateParams, findOrCreateJudged, judgeFindOrCreate } from '../contacts/contacts.ts';
import { addNote } from '../notes/notes.ts';
import type { Prepared } from '../prepare-create.ts';
import { createPreparedTask, prepareTask } from '../tasks/tasks.ts';
import { findOrCreatePrepared } from './find-or-create.ts';
import { defaultLeadName, type IntakeParams, utmInputs } from './intake-params.ts';
import { createPrepared, linkContact, prepareLinked } from './leads.ts';
import { pipelineOf } from './of-contact.ts';

/**
 * Takes a request in: the person, the lead, what was said, what is to be done; in this order, each found or made once.
 * All params are judged before anything is written. Sent again under its Idempotency-Key it goes on where it stopped.
 * Errors: those of finding or creating a contact and a lead, of a note and a task.
 */
export async function intake(amo: Amo, params: FindOrCreateParams & IntakeParams) {
  const { lead = {}, reuse = 'open', note_text, task, utm } = params;
  const named = { name: defaultLeadName, ...lead };
  const [judged, prepared, pipelineId, preparedTask] = await allOrFaults([
    judgeFindOrCreate(amo, params),
    prepareLinked(amo, named, within('lead'), utmInputs(utm)),
    pipelineOf(amo, lead, within('lead')),
    task === undefined ? undefined : prepareTask(amo, task, within('task')),
  ]);
  const { contact_id, created: contact_created } = await findOrCreateJudged(amo, judged);
  linkContact(prepared.draft, contact_id, ['lead']);
  const { lead_id, created: lead_created } =
    reuse === 'never'
      ? { ...(await createPrepared(amo, prepared)), created: true }
      : await findOrCreatePrepared(amo, { id: contact_id }, { prepared, pipelineId });
  return {
    contact_id,
    contact_created,
    lead_id,
    lead_created,
    ...(note_text === undefined ? {} : { note_id: await noteOf(amo, lead_id, note_text) }),
    ...(preparedTask === undefined ? {} : { task_id: await taskOf(amo, lead_id, preparedTask) }),
  };
}

function within(part: string): PathOf {
  return (name) => [part, name];
}

function noteOf(amo: Amo, leadId: number, text: string): Promise<number> {
  const body = { note_type: 'common', params: { text } };
  return addNote(amo, 'leads', leadId, body, [{ at: 'params.text', path: ['note_text'] }]);
}

async function taskOf(amo: Amo, leadId: number, prepared: Pick<Prepared, 'draft'>): Promise<number> {
  Object.assign(prepared.draft.body, { entity_type: 'leads', entity_id: leadId });
  const { task_id } = await createPreparedTask(amo, prepared);
  return task_id;
}
