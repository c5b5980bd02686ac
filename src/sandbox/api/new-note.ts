import type { Note } from '../store/models.ts';
import type { Call } from './call.ts';

interface NoteDraft {
  note_type: string;
  params?: Record<string, unknown>;
  responsible_user_id?: number;
  created_by?: number;
  updated_by?: number;
  created_at?: number;
  updated_at?: number;
}

/** A note of the entity; what the draft leaves out is the calling user's and now. */
export function newNote({ store, userId }: Call, entityId: number, draft: NoteDraft): Note {
  const created = draft.created_at ?? store.now();
  return {
    id: store.nextId(),
    entity_id: entityId,
    created_by: draft.created_by ?? userId,
    updated_by: draft.updated_by ?? userId,
    created_at: created,
    updated_at: draft.updated_at ?? created,
    responsible_user_id: draft.responsible_user_id ?? userId,
    group_id: 0,
    note_type: draft.note_type,
    params: draft.params ?? {},
    is_pinned: false,
  };
}
