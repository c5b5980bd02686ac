import type { Collection, ShownIn } from '../../shapes/collection.ts';
import { type ParentType, parentTypes } from '../../shapes/entities.ts';

/** The type of the note that a call of each direction becomes. */
export const callNotes = { inbound: 'call_in', outbound: 'call_out' } as const;

/**
 * Calls that amoCRM puts by itself on whoever has the number: a call becomes a note there. It takes the same `uniq` twice,
 * so a call in doubt is looked for by its `uniq` among the newest notes of all entity types that it may have come to.
 */
export const calls: Collection = {
  path: 'calls',
  list: 'calls',
  ownerKey: 'phone',
  shownIn: parentTypes.map(notesOfCalls),
  told: ['entity_type', 'entity_id'],
  mark: 'uniq',
  lookQuery: [],
  notCompared: [
    ...['direction', 'phone', 'duration', 'source', 'link', 'responsible_user_id'],
    ...['call_result', 'call_status', 'call_responsible'],
  ],
  links: [],
};

function notesOfCalls(entityType: ParentType): ShownIn {
  return {
    path: `${entityType}/notes`,
    list: 'notes',
    lookQuery: Object.values(callNotes).map((type) => ['filter[note_type][]', type]),
    asSent: (note) => ({ ...Object(Object(note).params), ...note, entity_type: entityType }),
  };
}
