import type { Collection } from '../../shapes/collection.ts';
import type { ParentType } from '../../shapes/entities.ts';

/** The list of the notes of all entities of a type. */
export function notesOf(entityType: ParentType): Collection {
  return { path: `${entityType}/notes`, list: 'notes', mark: 'entity_id', lookQuery: [], notCompared: [], links: [] };
}
