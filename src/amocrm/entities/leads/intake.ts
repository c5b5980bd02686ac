import { Type } from 'typebox';
import { allOrFaults } from '../../../problems/all-or-faults.ts';
import { ruleOf } from '../../../schemas/rules.ts';
import type { Amo } from '../../amo.ts';
import type { PathOf } from '../../directories/resolve.ts';
import { keeperOf } from '../../operation/findings.ts';
import { type FindOrCreateParams, findOrCreateJudged, judgeFindOrCreate } from '../contacts/contacts.ts';
import { notesOf } from '../notes/collection.ts';
import { addNote } from '../notes/notes.ts';
import type { Prepared } from '../prepare-create.ts';
import { refuseForGone } from '../references.ts';
import { tasks } from '../tasks/collection.ts';
import { deadlineFaults } from '../tasks/deadline.ts';
import { createPreparedTask, prepareTask } from '../tasks/tasks.ts';
import { leads } from './collection.ts';
import { findOrCreatePrepared } from './find-or-create.ts';
import { defaultLeadName, type IntakeParams, utmInputs } from './intake-params.ts';
import { createPrepared, linkContact, prepareLinked } from './leads.ts';
import { pipelineOf } from './of-contact.ts';

/** The deadline of the task is a moment. */
export const intakeRule = ruleOf<Pick<IntakeParams, 'task'>>(['task'], ({ task = {} }) =>
  deadlineFaults(task, within('task')),
);

/**
 * Takes a request in: the person, the lead, what was said, what is to be done; in this order, each found or made once.
 * All params are judged before anything is written. Sent again under its Idempotency-Key it goes on where it stopped,
 * with the contact and the lead that it had got to. Errors: those of finding or creating a contact and a lead, of a note
 * and a task; ENTITY_NOT_FOUND where what is still needed of those has been deleted since.
 */
export async function intake(amo: Amo, params: FindOrCreateParams & IntakeParams) {
  const { note_text, task } = params;
  const [takeContact, takeLead, preparedTask] = await allOrFaults([
    prepareContactPart(amo, params),
    prepareLeadPart(amo, params),
    task === undefined ? undefined : prepareTask(amo, task, within('task')),
  ]);
  const contact = await takeContact();
  const lead = await takeLead(contact.contact_id);
  return {
    ...contact,
    ...lead,
    ...(note_text === undefined ? {} : { note_id: await noteOf(amo, lead.lead_id, note_text) }),
    ...(preparedTask === undefined ? {} : { task_id: await taskOf(amo, lead.lead_id, preparedTask) }),
  };
}

const contactParts = keeperOf(Type.Object({ contact_id: Type.Integer(), contact_created: Type.Boolean() }));
const leadParts = keeperOf(Type.Object({ lead_id: Type.Integer(), lead_created: Type.Boolean() }));

/** Judges what is to become of the contact; there is nothing to judge where an earlier attempt has got beyond it. */
async function prepareContactPart(amo: Amo, params: FindOrCreateParams) {
  const done = contactParts.of(amo.operation, 'intake contact');
  if (done !== undefined) return async () => done;
  const judged = await judgeFindOrCreate(amo, params);
  return async () => {
    const { contact_id, created } = await findOrCreateJudged(amo, judged);
    const part = { contact_id, contact_created: created };
    contactParts.keep(amo.operation, 'intake contact', part);
    return part;
  };
}

/** The same for the lead. */
async function prepareLeadPart(amo: Amo, { lead = {}, reuse = 'open', utm }: IntakeParams) {
  const done = leadParts.of(amo.operation, 'intake lead');
  if (done !== undefined) return async () => done;
  const [prepared, pipelineId] = await allOrFaults([
    prepareLinked(amo, { name: defaultLeadName, ...lead }, within('lead'), utmInputs(utm)),
    pipelineOf(amo, lead, within('lead')),
  ]);
  return async (contactId: number) => {
    linkContact(prepared.draft, contactId, []);
    const { lead_id, created, ...warned } =
      reuse === 'never'
        ? await createAnother(amo, contactId, prepared)
        : await findOrCreatePrepared(amo, { id: contactId }, { prepared, pipelineId });
    const part = { lead_id, lead_created: created };
    leadParts.keep(amo.operation, 'intake lead', part);
    return { ...part, ...('warnings' in warned ? { warnings: warned.warnings } : {}) };
  };
}

async function createAnother(amo: Amo, contactId: number, prepared: Prepared) {
  await refuseForGone(amo, leads, 'contacts', contactId);
  return { ...(await createPrepared(amo, prepared)), created: true };
}

function within(part: string): PathOf {
  return (name) => [part, name];
}

async function noteOf(amo: Amo, leadId: number, text: string): Promise<number> {
  const body = { note_type: 'common', params: { text } };
  await refuseForGone(amo, notesOf('leads'), 'leads', leadId);
  return addNote(amo, 'leads', leadId, body, [{ at: 'params.text', path: ['note_text'] }]);
}

async function taskOf(amo: Amo, leadId: number, prepared: Pick<Prepared, 'draft'>): Promise<number> {
  Object.assign(prepared.draft.body, { entity_type: 'leads', entity_id: leadId });
  await refuseForGone(amo, tasks, 'leads', leadId);
  const { task_id } = await createPreparedTask(amo, prepared);
  return task_id;
}
