import Type, { type Static } from 'typebox';
import { type Answer, hal } from '../http/answer.ts';
import type { Kind, Note } from '../store/models.ts';
import { accepts } from '../validation/accept.ts';
import { type Decode, decodeItems, decodeOne, requestId } from '../validation/items.ts';
import { type Violation, violation } from '../validation/violation.ts';
import { type Call, link } from './call.ts';
import { authorship, exactly, optional, RequestId } from './draft.ts';
import { newNote } from './new-note.ts';
import { acceptParams, NOTE_TYPES } from './note-types.ts';
import { checkUsers } from './user-refs.ts';

const Params = Type.Record(Type.String(), Type.Unknown());
const common = {
  entity_id: optional(Type.Integer()),
  ...authorship,
  request_id: RequestId,
  is_need_to_trigger_digital_pipeline: optional(Type.Boolean()),
};
const NewNote = exactly({ ...common, note_type: Type.Enum(NOTE_TYPES), params: optional(Params) });
const acceptNew = accepts(NewNote);
const NoteChange = exactly({
  ...common,
  id: Type.Integer(),
  note_type: optional(Type.String()),
  params: optional(Params),
});
const acceptChange = accepts(NoteChange);

/** POST /leads/notes, where each item names its entity, and POST /leads/1/notes, where the path does. */
export function createNotes(kind: Kind, call: Call, entityId?: number): Answer {
  const { store } = call;
  const drafts = decodeItems(call.body, (item, found, index) => {
    const id = entityId ?? item.entity_id;
    if (id === undefined) found.push(violation('FieldMissing', 'entity_id'));
    const isKnown = typeof id !== 'number' || store.live(kind, id) !== undefined;
    if (!isKnown && call.settings.unknownLinks === 'refuse') found.push(violation('NotSupportedChoice', 'entity_id'));
    checkUsers(store, item, found);
    checkParams(item.note_type, item.params, found);
    const draft = acceptNew(item, found);
    return draft && typeof id === 'number' ? { draft, entity_id: id, requestId: requestId(item, index) } : undefined;
  });
  const items = drafts.map(({ draft, entity_id, requestId }) => {
    const note = store.notes[kind].add(newNote(call, entity_id, draft));
    return { id: note.id, entity_id, request_id: requestId, _links: noteLink(kind, note, call) };
  });
  const ids = items.map(({ id }) => id);
  return hal({ _links: link(call, `${kind}/notes`), _embedded: { notes: items } }, ids);
}

export function updateNotes(kind: Kind, call: Call): Answer {
  const changes = decodeItems(call.body, decodeChange(kind, call));
  const notes = changes.map((change) => apply(kind, change, call));
  return hal({ _links: link(call, `${kind}/notes`), _embedded: { notes } });
}

export function updateOneNote(kind: Kind, call: Call, id: number): Answer {
  const decode = decodeChange(kind, call);
  const changes = decodeOne(call.body, (item, found, index) => decode({ ...item, id }, found, index));
  return hal(changes.map((change) => apply(kind, change, call))[0]);
}

export function noteLink(kind: Kind, note: Note, call: Call) {
  return link(call, `${kind}/${note.entity_id}/notes/${note.id}`);
}

function decodeChange(kind: Kind, call: Call): Decode<Static<typeof NoteChange>> {
  return (item, found) => {
    const note = typeof item.id === 'number' ? call.store.notes[kind].get(item.id) : undefined;
    if (typeof item.id === 'number' && note === undefined) found.push(violation('NotSupportedChoice', 'id'));
    if (note && item.note_type !== undefined && item.note_type !== note.note_type) {
      found.push(violation('NotSupportedChoice', 'note_type'));
    }
    checkUsers(call.store, item, found);
    if (note && item.params !== undefined) checkParams(note.note_type, item.params, found);
    return acceptChange(item, found);
  };
}

// Where params are left out altogether, the API names the first key that it misses inside them.
function checkParams(type: unknown, params: unknown, found: Violation[]): void {
  if (typeof type === 'string' && Object.hasOwn(acceptParams, type))
    acceptParams[type]?.(params ?? {}, found, 'params');
}

function apply(kind: Kind, change: Static<typeof NoteChange>, call: Call) {
  const notes = call.store.notes[kind];
  notes.update(change.id, (note) => {
    note.updated_at = change.updated_at ?? call.store.now();
    note.updated_by = change.updated_by ?? call.userId;
    note.responsible_user_id = change.responsible_user_id ?? note.responsible_user_id;
    note.params = change.params ?? note.params;
  });
  const note = notes.get(change.id);
  return (
    note && { id: note.id, entity_id: note.entity_id, updated_at: note.updated_at, _links: noteLink(kind, note, call) }
  );
}
