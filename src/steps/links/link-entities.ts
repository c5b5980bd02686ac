import { Type } from 'typebox';
import { linkEntities as link } from '../../amocrm/entities/linking/linking.ts';
import { linkRules } from '../../amocrm/entities/linking/pairs.ts';
import { linkParams } from '../../amocrm/entities/linking/params.ts';
import { defineStep, nameFailures, Params, Result } from '../define-step.ts';
import { ends } from './results.ts';

export const linkEntities = defineStep({
  type: 'amocrm_link_entities',
  label: 'привязка объектов',
  summary: 'Links two entities that exist.',
  description:
    'Leads are linked to contacts and companies, contacts to companies and customers, customers to companies, in either ' +
    'order, and each of them to elements of a list, which needs `catalog` or `catalog_id`. A lead and a contact have one ' +
    'company: another one takes its place. What is linked already stays so.',
  tag: 'Links',
  effects: 'writes',
  outputVar: 'link_result',
  params: Params('link_result', linkParams),
  rules: linkRules,
  result: Result({ linked: Type.Boolean({ description: 'The two are linked.' }), ...ends }),
  failures: nameFailures,
  examples: [
    {
      summary: 'The least',
      params: { entity_type: 'leads', entity_id: 67890, to_entity_type: 'contacts', to_entity_id: 12347 },
      result: { linked: true, entity_type: 'leads', entity_id: 67890, to_entity_type: 'contacts', to_entity_id: 12347 },
    },
    {
      summary: 'A contact that becomes the lead’s main one',
      params: {
        entity_type: 'contacts',
        entity_id: 12348,
        to_entity_type: 'leads',
        to_entity_id: 67890,
        is_main: true,
        output_var: 'main_contact',
      },
      result: { linked: true, entity_type: 'contacts', entity_id: 12348, to_entity_type: 'leads', to_entity_id: 67890 },
    },
    {
      summary: 'Two of a product, by the name of its list',
      params: {
        entity_type: 'leads',
        entity_id: 67890,
        to_entity_type: 'catalog_elements',
        to_entity_id: 552001,
        catalog: 'Товары',
        quantity: 2,
      },
      result: {
        linked: true,
        entity_type: 'leads',
        entity_id: 67890,
        to_entity_type: 'catalog_elements',
        to_entity_id: 552001,
      },
    },
  ],
  run: (params, amo) => link(amo, params),
});
