import { flatAttributes, UpdateData } from '../../amocrm/entities/contacts/params.ts';
import { updateContact as update } from '../../amocrm/entities/contacts/update.ts';
import { Id } from '../../schemas/atoms.ts';
import { defineUpdateStep } from '../define-update-step.ts';
import { readContactExample } from './examples.ts';
import { ContactId, ReadContact } from './results.ts';

export const updateContact = defineUpdateStep({
  type: 'amocrm_update_contact',
  label: 'обновление контакта',
  summary: 'Changes a contact without losing what it has.',
  description:
    'Only what is named and differs is sent: in `update_data`, or as the same keys beside it. Updates of one contact run ' +
    'one after another here; what a person changes in amoCRM’s own window between the read and the write of one update ' +
    'cannot be seen.',
  tag: 'Contacts',
  outputVar: 'updated_contact',
  idParam: 'contact_id',
  id: Id('The contact to change; it must exist.'),
  data: UpdateData,
  flat: flatAttributes,
  result: { contact_id: ContactId, contact: ReadContact },
  examples: [
    {
      summary: 'The least',
      params: { contact_id: 12345, phone: '+79009876543' },
      result: { contact_id: 12345, contact: readContactExample, updated: true, updated_fields: ['phone'] },
    },
    {
      summary: 'A further phone and e-mail, and a note',
      params: {
        contact_id: 12345,
        update_data: { phone: '+79009876543', email: 'new@example.com', notes: 'Обновленная информация' },
        output_var: 'updated_contact',
      },
      result: {
        contact_id: 12345,
        contact: readContactExample,
        updated: true,
        updated_fields: ['phone', 'email', 'notes'],
        note_id: 76787983,
      },
    },
  ],
  run: ({ id, ...changes }, amo) => update(amo, id, changes),
});
