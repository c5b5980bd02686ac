import { listNotes as list, noteListParams } from '../../amocrm/entities/notes/list-notes.ts';
import { Note } from '../../amocrm/shapes/notes.ts';
import { defineListStep, pageExample } from '../define-list-step.ts';
import { Params } from '../define-step.ts';

const note = {
  id: 76787983,
  entity_id: 12346,
  note_type: 'common',
  params: { text: 'Пришёл из бота, отвечает по вечерам' },
  responsible_user_id: 8000001,
  created_by: 8000001,
  created_at: 1_790_000_000,
  updated_at: 1_790_000_000,
};

export const listNotes = defineListStep({
  type: 'amocrm_list_notes',
  label: 'список заметок',
  summary: 'Lists the notes of an entity or of all of its type, a page at a time.',
  description: 'The newest first unless `order` says otherwise. The filters need no paid add-on.',
  tag: 'Notes and calls',
  outputVar: 'notes',
  params: Params('notes', noteListParams),
  item: Note,
  failures: ['ENTITY_NOT_FOUND'],
  examples: [
    { summary: 'The least', params: { entity_type: 'contacts' }, result: pageExample('notes', note) },
    {
      summary: 'Common notes of all contacts since a moment',
      params: {
        entity_type: 'contacts',
        note_type: ['common'],
        filter: { updated_at: { from: 1_700_000_000 } },
        order: { updated_at: 'asc' },
        limit: 50,
      },
      result: pageExample('notes', note, 50),
    },
  ],
  run: (params, amo) => list(amo, params),
});
