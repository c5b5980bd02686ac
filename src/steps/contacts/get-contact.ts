import { contactParts } from '../../amocrm/entities/contacts/list-params.ts';
import { getEntity } from '../../amocrm/entities/read-entities.ts';
import { Id } from '../../schemas/atoms.ts';
import { defineGetStep } from '../define-get-step.ts';
import { Params, Result } from '../define-step.ts';
import { readContactExample } from './examples.ts';
import { ReadContact } from './results.ts';

export const getContact = defineGetStep({
  type: 'amocrm_get_contact',
  label: 'получение контакта',
  summary: 'Gives a contact by its id.',
  description: 'Many at once share a call to amoCRM. A contact in the recycle bin counts as absent.',
  tag: 'Contacts',
  outputVar: 'contact',
  params: Params('contact', { contact_id: Id('The contact’s id.'), with: contactParts }),
  result: Result({ contact: ReadContact }),
  examples: [
    { summary: 'The least', params: { contact_id: 12345 }, result: { contact: readContactExample } },
    {
      summary: 'With its leads',
      params: { contact_id: 12345, with: ['leads'] },
      result: {
        contact: { ...readContactExample, _embedded: { ...readContactExample._embedded, leads: [{ id: 67890 }] } },
      },
    },
  ],
  run: async ({ contact_id: id, with: parts }, amo) => ({
    contact: await getEntity(amo, 'contacts', { id, key: 'contact_id', parts }),
  }),
});
