import { createContact as create } from '../../amocrm/entities/contacts/contacts.ts';
import { contactAttributes } from '../../amocrm/entities/contacts/params.ts';
import { defineStep, fieldFailures, nameFailures, Params, Result } from '../define-step.ts';
import { created } from '../results.ts';
import { createdContactExample } from './examples.ts';
import { ContactId, ReadContact } from './results.ts';

export const createContact = defineStep({
  type: 'amocrm_create_contact',
  label: 'создание контакта',
  summary: 'Creates a contact.',
  description:
    'Needs `name`, or `first_name` or `last_name`. Options of list fields are given by their labels. The same field given ' +
    'twice, say as `phone` and in `custom_fields`, is refused.',
  tag: 'Contacts',
  effects: 'writes',
  outputVar: 'created_contact',
  params: Params('created_contact', contactAttributes, {
    anyOf: [{ required: ['name'] }, { required: ['first_name'] }, { required: ['last_name'] }],
  }),
  result: Result({ contact_id: ContactId, contact: created(ReadContact) }),
  failures: [...fieldFailures, ...nameFailures],
  examples: [
    {
      summary: 'The least',
      params: { name: 'Пётр Ильин' },
      result: {
        contact_id: 40401636,
        contact: { id: 40401636, name: 'Пётр Ильин', custom_fields_values: null, fields: {} },
      },
    },
    {
      summary: 'With custom fields by name',
      params: {
        name: 'Иван Петров',
        first_name: 'Иван',
        last_name: 'Петров',
        custom_fields: { telegram_id: '123456789', phone: '+79001234567', source: 'Telegram' },
        output_var: 'new_contact',
      },
      result: { contact_id: 40401635, contact: createdContactExample },
    },
  ],
  run: (params, amo) => create(amo, params),
});
