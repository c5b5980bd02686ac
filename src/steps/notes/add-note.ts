import { Type } from 'typebox';
import { createNote, noteRule } from '../../amocrm/entities/notes/notes.ts';
import { NoteParamsSchema } from '../../amocrm/entities/notes/params.ts';
import { parentTypes } from '../../amocrm/shapes/entities.ts';
import { defineStep, Result } from '../define-step.ts';

export const addNote = defineStep({
  type: 'amocrm_add_note',
  label: 'добавление заметки',
  summary: 'Adds a note to a lead, contact, company or customer.',
  description:
    '`note_type` decides what `note_params` hold. The text comes as `note_text` or in `note_params`, not in both; for calls ' +
    'it is the result of the call and may be left out.',
  tag: 'Notes and calls',
  effects: 'writes',
  outputVar: 'note_result',
  params: NoteParamsSchema,
  rules: [noteRule],
  result: Result({
    note_id: Type.Integer({ description: 'The note’s id.', examples: [76787983] }),
    note_added: Type.Boolean({ description: 'The note is there.' }),
    entity_type: Type.Enum([...parentTypes], { type: 'string', description: 'What it stands on.' }),
    entity_id: Type.Integer({ description: 'The id of what it stands on.' }),
  }),
  examples: [
    {
      summary: 'The least',
      params: { entity_type: 'leads', entity_id: 67890, note_text: 'Клиент проявил интерес' },
      result: { note_id: 76787983, note_added: true, entity_type: 'leads', entity_id: 67890 },
    },
    {
      summary: 'An incoming call',
      params: {
        entity_type: 'contacts',
        entity_id: 12345,
        note_type: 'call_in',
        note_text: 'Перезвонит завтра',
        note_params: { phone: '+79001234567', duration: 73, source: 'Asterisk', call_status: 4 },
      },
      result: { note_id: 76787984, note_added: true, entity_type: 'contacts', entity_id: 12345 },
    },
  ],
  run: (params, amo) => createNote(amo, params),
});
