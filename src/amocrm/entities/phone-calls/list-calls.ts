import { type Static, Type } from 'typebox';
import { Id, Integer } from '../../../schemas/atoms.ts';
import { EntityTypeOf, pluralOf } from '../../../schemas/entity-type.ts';
import { paging } from '../../../schemas/list-params.ts';
import type { Amo } from '../../amo.ts';
import { listReader, type ParentType, parentTypes } from '../../shapes/entities.ts';
import { Note } from '../../shapes/notes.ts';
import { type ListPage, readList } from '../list.ts';
import { notesOf } from '../notes/collection.ts';
import { listNotes } from '../notes/list-notes.ts';
import { callNotes } from './collection.ts';

/** A page of events has no more. */
const maxLimit = 100;

export const callListParams = {
  page: paging.page,
  limit: Type.Optional(
    Integer('Items on a page.', { minimum: 1, maximum: maxLimit, default: maxLimit, examples: [50] }),
  ),
  entity_type: Type.Optional(
    EntityTypeOf(parentTypes, 'Calls of one entity: its type; with `entity_id`.', { examples: ['leads'] }),
  ),
  entity_id: Type.Optional(Id('The id of that entity; it must exist. With `entity_type`.', 67890)),
};
const CallListParams = Type.Object(callListParams);

export const ListedCall = Type.Object(
  { ...Note.properties, entity_type: Type.String({ description: 'The type of what it stands on.' }) },
  { additionalProperties: true, title: 'ListedCall', description: 'A call: the note that it is in amoCRM.' },
);
export type ListedCall = Static<typeof ListedCall>;

const readEvents = listReader(
  Type.Object({
    entity_type: Type.String(),
    value_after: Type.Array(Type.Object({ note: Type.Object({ id: Type.Integer() }) })),
  }),
);
const readNotes = listReader(Note);

/**
 * A page of the calls of an entity, or of the account; the latest first. Errors: ENTITY_NOT_FOUND, those of reads. Source:
 * developers' reference, events (`incoming_call`, `outgoing_call`), notes.
 */
export async function listCalls(amo: Amo, params: Static<typeof CallListParams>): Promise<ListPage<ListedCall>> {
  const { entity_type, entity_id, page = 1, limit = maxLimit } = params;
  if (entity_type === undefined || entity_id === undefined) return callsOfAccount(amo, { page, limit });
  const note_type = Object.values(callNotes);
  const found = await listNotes(amo, { entity_type, entity_id, note_type, page, limit });
  return { ...found, items: found.items.map((note) => ({ ...note, entity_type })) };
}

/** There is no list of calls: events tell which notes they are, and of which type of entity. */
async function callsOfAccount(amo: Amo, asked: { page: number; limit: number }): Promise<ListPage<ListedCall>> {
  const filter = { type: ['incoming_call', 'outgoing_call'] };
  const events = await readList(
    amo,
    { path: 'events', list: 'events', read: readEvents, maxLimit },
    { ...asked, filter },
  );
  const references = events.items.flatMap(({ entity_type, value_after: [value] }) => {
    return value === undefined ? [] : [{ entityType: pluralOf(entity_type), id: value.note.id }];
  });
  const byType = Map.groupBy(references, ({ entityType }) => entityType);
  const types = parentTypes.filter((type) => byType.has(type));
  const notes = await Promise.all(types.map((type) => notesById(amo, type, idsOf(byType.get(type)))));
  const calls = new Map(notes.flat().map((note) => [`${note.entity_type} ${note.id}`, note]));
  // A note may be gone since its event.
  const items = references.flatMap(({ entityType, id }) => calls.get(`${entityType} ${id}`) ?? []);
  return { ...events, items, count: items.length };
}

function idsOf(references: readonly { id: number }[] = []): number[] {
  return [...new Set(references.map(({ id }) => id))];
}

async function notesById(amo: Amo, entity_type: ParentType, id: number[]): Promise<ListedCall[]> {
  const { path, list } = notesOf(entity_type);
  const { items } = await readList(amo, { path, list, read: readNotes }, { filter: { id } });
  return items.map((note) => ({ ...note, entity_type }));
}
