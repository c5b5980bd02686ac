import { Type } from 'typebox';
import { MultiValue, UpdateData } from '../../amocrm/entities/contacts/params.ts';
import { updateContact as update } from '../../amocrm/entities/contacts/update.ts';
import { Id } from '../../schemas/atoms.ts';
import { defineStep, fieldFailures, nameFailures, Params, Result } from '../define-step.ts';
import { readContactExample } from './examples.ts';
import { ContactId, ReadContact } from './results.ts';

export const updateContact = defineStep({
  type: 'amocrm_update_contact',
  label: 'обновление контакта',
  summary: 'Changes a contact without losing what it has.',
  description:
    'Only what is named and differs is sent. Updates of one contact run one after another here; what a person changes in ' +
    'amoCRM’s own window between the read and the write of one update cannot be seen.',
  tag: 'Contacts',
  effects: 'writes',
  outputVar: 'updated_contact',
  params: Params('updated_contact', {
    contact_id: Id('The contact to change; it must exist.'),
    update_data: UpdateData,
    multi_value: MultiValue,
  }),
  result: Result({
    contact_id: ContactId,
    contact: ReadContact,
    updated: Type.Boolean({ description: 'Whether anything was written.' }),
    updated_fields: Type.Array(Type.String(), {
      description: 'The keys of `update_data` that were written.',
      examples: [['phone', 'email', 'notes']],
    }),
    note_id: Type.Optional(Type.Integer({ description: 'The note that was added.', examples: [76787983] })),
  }),
  failures: [...fieldFailures, ...nameFailures],
  examples: [
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
  run: (params, amo) => update(amo, params),
});
