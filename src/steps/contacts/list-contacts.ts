import { contactListParams } from '../../amocrm/entities/contacts/list-params.ts';
import { listEntities } from '../../amocrm/entities/read-entities.ts';
import { defineListStep, filterAddOn, filterFailures, pageExample } from '../define-list-step.ts';
import { Params } from '../define-step.ts';
import { readContactExample } from './examples.ts';
import { ReadContact } from './results.ts';

export const listContacts = defineListStep({
  type: 'amocrm_list_contacts',
  label: 'список контактов',
  summary: 'Lists contacts, a page at a time.',
  description: filterAddOn,
  tag: 'Contacts',
  outputVar: 'contacts',
  params: Params('contacts', contactListParams),
  item: ReadContact,
  failures: filterFailures,
  examples: [
    {
      summary: 'The least',
      params: {},
      result: pageExample('contacts', readContactExample),
    },
    {
      summary: 'The newest of one user',
      params: { responsible_user: 'Интеграция бота', order: { id: 'desc' }, limit: 50 },
      result: pageExample('contacts', { ...readContactExample, _embedded: { tags: [], companies: [] } }, 50),
    },
  ],
  run: (params, amo) => listEntities(amo, 'contacts', params),
});
