import { type Static, Type } from 'typebox';
import { refuseFaults } from '../../../problems/problem.ts';
import { Id } from '../../../schemas/atoms.ts';
import { EntityTypeOf } from '../../../schemas/entity-type.ts';
import { Filter, ids, Order, paging, since, With, words } from '../../../schemas/list-params.ts';
import type { Amo } from '../../amo.ts';
import { listReader, parentTypes } from '../../shapes/entities.ts';
import { Note, noteTypes } from '../../shapes/notes.ts';
import { readList } from '../list.ts';
import { byParam, joinFilters } from '../list-filter.ts';
import { goneReferences } from '../references.ts';
import { notesOf } from './collection.ts';

const noteType = Type.Optional(words('Types of notes: one, a list, or text with commas.', noteTypes));

/** Source: developers' reference, notes; the orders were tried on a live account. */
export const noteListParams = {
  entity_type: EntityTypeOf(parentTypes, 'Whose notes.', { examples: ['leads'] }),
  entity_id: Type.Optional(Id('The notes of this one alone; it must exist.', 67890)),
  note_type: noteType,
  ...paging,
  filter: Filter({
    id: ids('Ids.', 76787983),
    entity_id: ids('Ids of what the notes stand on.', 67890),
    note_type: noteType,
    updated_at: since('When it was last changed.'),
  }),
  order: Order('id', 'updated_at'),
  with: With('is_pinned'),
};
const NoteListParams = Type.Object(noteListParams);

const read = listReader(Note);

/**
 * A page of the notes of an entity, or of all of its type; the newest first unless said otherwise. Errors:
 * INVALID_REQUEST, ENTITY_NOT_FOUND, those of `readList`.
 */
export async function listNotes(amo: Amo, params: Static<typeof NoteListParams>) {
  const { entity_type, entity_id, note_type, order = { id: 'desc' }, ...asked } = params;
  const joined = joinFilters(asked.filter, byParam('note_type', note_type), byParam('entity_id', entity_id));
  const { entity_id: _, ...others } = joined;
  const { path: all, list } = notesOf(entity_type);
  const path = entity_id === undefined ? all : `${entity_type}/${entity_id}/notes`;
  const filter = entity_id === undefined ? joined : others;
  const page = await readList(amo, { path, list, read, mayBeAbsent: true }, { ...asked, order, filter });
  // An entity without notes and one that is not there are answered alike.
  const isDoubtful = entity_id !== undefined && page.count === 0;
  const reference = { entityType: entity_type, id: entity_id ?? 0, path: ['entity_id'] };
  if (isDoubtful) refuseFaults(await goneReferences(amo, [reference]));
  return page;
}
