import { Link, linkListParams, listLinks as list } from '../../amocrm/entities/linking/list-links.ts';
import { defineWholeListStep } from '../define-list-step.ts';
import { Params } from '../define-step.ts';

const contact = { to_entity_id: 12345, to_entity_type: 'contacts', metadata: { main_contact: true } };
const company = { to_entity_id: 33001, to_entity_type: 'companies', metadata: null };

export const listLinks = defineWholeListStep({
  type: 'amocrm_list_links',
  label: 'список связей',
  summary: 'Lists what an entity is linked to.',
  description: 'All links, or those to entities of a type.',
  tag: 'Links',
  outputVar: 'links',
  params: Params('links', linkListParams),
  item: Link,
  failures: ['ENTITY_NOT_FOUND'],
  examples: [
    {
      summary: 'The least',
      params: { entity_type: 'leads', entity_id: 67890 },
      result: { links: [contact, company], count: 2 },
    },
    {
      summary: 'The contacts of a lead',
      params: { entity_type: 'leads', entity_id: 67890, to_entity_type: 'contacts' },
      result: { links: [contact], count: 1 },
    },
  ],
  run: (params, amo) => list(amo, params),
});
