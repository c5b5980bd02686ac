import { type Fault, Problem, refuseFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { type EncodedField, encodeFields } from '../../fields/encode.ts';
import { referTo } from '../../fields/field.ts';
import { appendValues, isUnchanged, replaceValues } from '../../fields/merge.ts';
import { addFields } from '../../fields/written-fields.ts';
import type { Operation } from '../../operation/operation.ts';
import { nameOfWrite } from '../../operation/write-log.ts';
import type { Contact } from '../../shapes/entities.ts';
import type { Draft } from '../../writes/draft.ts';
import { type Readable, withFields } from '../create-entity.ts';
import { addNote } from '../notes/notes.ts';
import { forget, missingEntity, missingReferences, remember } from '../references.ts';
import { contacts } from './collection.ts';
import { ownAttributes, type UpdateData } from './params.ts';

export interface UpdatedContact {
  contact_id: number;
  contact: Readable<Contact>;
  updated: boolean;
  updated_fields: string[];
  note_id?: number;
}

/**
 * Changes a contact without losing the values it has. Read, merge and write run one after another for each contact;
 * only what differs is sent, and nothing where nothing differs. What a person changes in amoCRM between the read and
 * the write cannot be seen. Errors: ENTITY_NOT_FOUND, those of custom fields, AMOCRM_REJECTED, those of writes.
 */
export async function updateContact(
  amo: Amo,
  params: { contact_id: number; update_data: UpdateData; multi_value?: 'append' | 'replace' },
): Promise<UpdatedContact> {
  const { contact_id, update_data, multi_value = 'append' } = params;
  const changes = await prepareChanges(amo, update_data).catch((error: unknown) => addMissing(amo, contact_id, error));
  return changeContact(amo, contact_id, changes, multi_value);
}

/** The fault of a missing contact, so that the caller gets all faults at once; for a 400 amoCRM is not asked. */
async function addMissing(amo: Amo, id: number, error: unknown): Promise<never> {
  if (!(error instanceof Problem) || error.faults.length === 0) throw error;
  if (error.faults.some(({ code }) => code === 'INVALID_REQUEST')) throw error;
  const missing = await missingReferences(amo, [{ entityType: 'contacts', id, path: ['contact_id'] }]);
  refuseFaults([...missing, ...error.faults]);
  throw error;
}

interface Changes {
  own: Record<string, unknown>;
  tags: readonly string[];
  fields: EncodedField[];
  note: string | undefined;
}

/** Sorts the keys of `update_data` and encodes custom fields; throws their faults before anything is read or sent. */
export async function prepareChanges(amo: Amo, update_data: UpdateData): Promise<Changes> {
  const { tags = [], ...rest } = update_data;
  const entries = Object.entries(rest);
  const isOwn = ([key]: [string, unknown]) => Object.hasOwn(ownAttributes, key);
  const isNote = ([key]: [string, unknown]) => key === 'notes' && !amo.fields.describes('contacts', 'notes');
  const custom = entries.filter((entry) => !isOwn(entry) && !isNote(entry));
  const inputs = custom.map(([key, value]) => ({ path: ['update_data', key], key, value }));
  const { encoded, faults } = await encodeFields(amo, 'contacts', inputs, { clear: true });
  const note = entries.find(isNote)?.[1];
  refuseFaults([...faults, ...noteFaults(note)]);
  const text = note === undefined || note === '' ? undefined : String(note);
  return { own: Object.fromEntries(entries.filter(isOwn)), tags, fields: encoded, note: text };
}

function noteFaults(note: unknown): Fault[] {
  if (note === undefined || note === '' || typeof note === 'number') return [];
  if (typeof note === 'string' && note.trim() !== '') return [];
  const message = typeof note === 'string' ? 'must not be blank' : 'must be string';
  return [{ path: ['update_data', 'notes'], message, code: 'INVALID_REQUEST' }];
}

/** Applies prepared changes under the contact's lock. */
export async function changeContact(
  amo: Amo,
  contactId: number,
  changes: Changes,
  multiValue: 'append' | 'replace',
): Promise<UpdatedContact> {
  return amo.locks([`contact ${contactId}`], amo.operation, async () => {
    const contact = await readContact(amo, contactId);
    let merged = mergeChanges(contact, changes, multiValue);
    const { draft } = merged;
    // The values that were sent stay part of the changes: a late call may have undone what others had written, too.
    const redraft = async (operation: Operation) => {
      const now = await readContact({ ...amo, operation }, contactId);
      merged = mergeChanges(now, { ...changes, fields: merged.fields }, multiValue);
      return Object.keys(merged.draft.body).length > 1 ? merged.draft : undefined;
    };
    // An earlier attempt under the same key may have left nothing to do; it has changed the contact all the same.
    const { begun } = amo.operation.log?.peek(nameOfWrite('PATCH', contacts.path, contactId)) ?? {};
    const isDone = begun?.answer !== undefined;
    const keys = keysOf([draft.body, begun?.body ?? {}], changes);
    // Done before the write: this may read the account's time zone, and a failure after the write would be misleading.
    const before = await withFields(amo, 'contacts', contact);
    const isSent = isDone || Object.keys(draft.body).length > 1;
    const answered = isSent
      ? await amo.gate.write({ method: 'PATCH', collection: contacts, draft, redraft }, amo.operation)
      : {};
    const noted = await addUpdateNote(amo, contactId, changes.note);
    const changed =
      isSent && !isDone ? await withFields(amo, 'contacts', { ...merged.after, ...answered, id: contactId }) : before;
    const updated_fields = [...keys, ...(noted.note_id === undefined ? [] : ['notes'])];
    return { contact_id: contactId, contact: changed, updated: updated_fields.length > 0, updated_fields, ...noted };
  });
}

async function readContact(amo: Amo, id: number): Promise<Contact> {
  const contact = await amo.gate.findById(contacts, id, amo.operation);
  if (contact !== undefined) {
    remember(amo, 'contacts', id);
    return contact;
  }
  forget(amo, 'contacts', id);
  const fault = missingEntity('contacts', id, ['contact_id']);
  throw new Problem('ENTITY_NOT_FOUND', fault.message, { faults: [fault] });
}

async function addUpdateNote(amo: Amo, contactId: number, text: string | undefined): Promise<{ note_id?: number }> {
  if (text === undefined) return {};
  const origins = [{ at: 'params.text', path: ['update_data', 'notes'] }];
  return { note_id: await addNote(amo, 'contacts', contactId, { note_type: 'common', params: { text } }, origins) };
}

/** What differs from the contact, ready to be sent, and the contact as it will be after the write. */
function mergeChanges(contact: Contact, { own, tags, fields }: Changes, multiValue: 'append' | 'replace') {
  const draft: Draft = {
    body: { id: contact.id },
    origins: [{ at: 'id', path: ['contact_id'], code: 'ENTITY_NOT_FOUND' }],
  };
  const current = new Map(Object.entries(contact));
  const changedOwn = Object.entries(own).filter(([key, value]) => current.get(key) !== value);
  for (const [key, value] of changedOwn) {
    draft.body[key] = value;
    draft.origins.push({ at: key, path: ['update_data', key] });
  }
  const present = new Set(contact._embedded?.tags?.map(({ name }) => name));
  const newTags = [...new Set(tags)].filter((tag) => !present.has(tag));
  if (newTags.length > 0) {
    draft.body.tags_to_add = newTags.map((name) => ({ name }));
    draft.origins.push({ at: 'tags_to_add', path: ['update_data', 'tags'] });
  }
  const merged = fields.map((encoded) => (multiValue === 'append' ? appendValues(encoded, contact) : encoded));
  const changedFields = merged.filter((encoded) => !isUnchanged(encoded, contact));
  addFields(draft, changedFields);
  return { draft, fields: merged, after: apply(contact, draft, changedFields, newTags) };
}

function keysOf(bodies: readonly Draft['body'][], { own, fields }: Changes): string[] {
  const isIn = (key: string) => bodies.some((body) => key in body);
  const sent = bodies.flatMap(({ custom_fields_values: list }) => (Array.isArray(list) ? list.map(Object) : []));
  const isFieldSent = ({ field }: EncodedField) =>
    sent.some((value) => Object.entries(referTo(field)).every(([key, id]) => value[key] === id));
  return [
    ...Object.keys(own).filter(isIn),
    ...(isIn('tags_to_add') ? ['tags'] : []),
    ...fields.filter(isFieldSent).map(({ input }) => input.key),
  ];
}

function apply(contact: Contact, draft: Draft, fields: readonly EncodedField[], newTags: readonly string[]): Contact {
  const { id: _, tags_to_add: __, custom_fields_values: ___, ...own } = draft.body;
  const tags = [...(contact._embedded?.tags ?? []), ...newTags.map((name) => ({ name }))];
  const custom_fields_values = replaceValues(contact.custom_fields_values ?? [], fields);
  return { ...contact, ...own, custom_fields_values, _embedded: { ...contact._embedded, tags } };
}
