import { type Answer, absent, hal, noContent } from '../http/answer.ts';
import { keysBelow, many, one } from '../http/query.ts';
import type { Handler, Routes } from '../http/router.ts';
import { ascending, type Collection } from '../store/collection.ts';
import { KINDS, type Kind, type Note } from '../store/models.ts';
import { type Call, idAt } from './call.ts';
import { withParts } from './entity-view.ts';
import { readParams } from './note-types.ts';
import { createNotes, noteLink, updateNotes, updateOneNote } from './note-write.ts';
import { listAnswer, slice } from './paging.ts';
import { sinceOf } from './time-filter.ts';

export const noteRoutes: Routes = Object.fromEntries(KINDS.flatMap((kind) => Object.entries(routesOf(kind))));

function routesOf(kind: Kind): Routes {
  const base = `/api/v4/${kind}`;
  return {
    [`${base}/notes`]: {
      GET: (call) => list(kind, call),
      POST: (call) => createNotes(kind, call),
      PATCH: (call) => updateNotes(kind, call),
    },
    [`${base}/:id/notes`]: {
      GET: (call) => list(kind, call, idAt(call, 0)),
      POST: (call) => createNotes(kind, call, idAt(call, 0)),
      PATCH: (call) => updateNotes(kind, call),
    },
    [`${base}/notes/:id`]: {
      GET: (call) => get(kind, call, idAt(call, 0)),
      PATCH: (call) => updateOneNote(kind, call, idAt(call, 0)),
      DELETE: notDeletable,
    },
    [`${base}/:id/notes/:id`]: {
      GET: (call) => get(kind, call, idAt(call, 1), idAt(call, 0)),
      PATCH: (call) => updateOneNote(kind, call, idAt(call, 1)),
      DELETE: notDeletable,
    },
    [`${base}/notes/:id/pin`]: { POST: pinning(kind, true) },
    [`${base}/notes/:id/unpin`]: { POST: pinning(kind, false) },
  };
}

function list(kind: Kind, call: Call, entityId?: number): Answer {
  const tests = [(note: Note) => entityId === undefined || note.entity_id === entityId, ...filters(call)];
  const page = slice(candidates(call.store.notes[kind], call), call, (note) => tests.every((test) => test(note)));
  return listAnswer(call, 'notes', { ...page, items: page.items.map((note) => noteView(kind, note, call)) });
}

function candidates(notes: Collection<Note>, call: Call): readonly Note[] {
  const asked = keysBelow(call.query, 'order')[0];
  const key = asked === 'id' ? 'id' : 'updated_at';
  const ids = [...new Set(many(call.query, 'filter', 'id').map(Number))];
  const picked = () => ids.flatMap((id) => notes.get(id) ?? []).sort(ascending(key));
  const found = ids.length > 0 ? picked() : notes.ordered(key);
  return key === asked && one(call.query, 'order', key) === 'desc' ? found.toReversed() : found;
}

function filters({ query }: Call): ((note: Note) => boolean)[] {
  const types = new Set(many(query, 'filter', 'note_type'));
  const entities = new Set(many(query, 'filter', 'entity_id').map(Number));
  return [
    (note) => types.size === 0 || types.has(note.note_type),
    (note) => entities.size === 0 || entities.has(note.entity_id),
    sinceOf(query),
  ];
}

function get(kind: Kind, call: Call, id: number, entityId?: number): Answer {
  const note = call.store.notes[kind].get(id);
  if (note === undefined || (entityId !== undefined && note.entity_id !== entityId)) {
    return absent(call.settings, 'Note');
  }
  return hal(noteView(kind, note, call));
}

function pinning(kind: Kind, isPinned: boolean): Handler {
  return (call) => {
    const notes = call.store.notes[kind];
    const id = idAt(call, 0);
    if (notes.has(id)) notes.update(id, (note) => Object.assign(note, { is_pinned: isPinned }));
    return noContent();
  };
}

function notDeletable(): Answer {
  return { status: 405, headers: {}, body: '' };
}

function noteView(kind: Kind, note: Note, call: Call) {
  const { is_pinned, params, ...own } = note;
  return {
    ...own,
    params: readParams(note.note_type, params),
    ...(withParts(call).has('is_pinned') && { is_pinned }),
    account_id: call.store.account.id,
    _links: noteLink(kind, note, call),
  };
}
