import { Type } from 'typebox';
import { unlinkEntities as unlink } from '../../amocrm/entities/linking/linking.ts';
import { linkRules } from '../../amocrm/entities/linking/pairs.ts';
import { unlinkParams } from '../../amocrm/entities/linking/params.ts';
import { defineStep, nameFailures, Params, Result } from '../define-step.ts';
import { ends } from './results.ts';

export const unlinkEntities = defineStep({
  type: 'amocrm_unlink_entities',
  label: 'отвязка объектов',
  summary: 'Undoes the link of two entities.',
  description:
    'The order of two entities does not matter; an element of a list needs `catalog` or `catalog_id`. What is not linked is a ' +
    'success with `unlinked: false`; nothing is written.',
  tag: 'Links',
  effects: 'writes',
  outputVar: 'unlink_result',
  params: Params('unlink_result', unlinkParams),
  rules: linkRules,
  result: Result({
    unlinked: Type.Boolean({ description: 'Whether there was a link to undo.' }),
    ...ends,
  }),
  failures: nameFailures,
  examples: [
    {
      summary: 'The least',
      params: { entity_type: 'leads', entity_id: 67890, to_entity_type: 'contacts', to_entity_id: 12345 },
      result: {
        unlinked: true,
        entity_type: 'leads',
        entity_id: 67890,
        to_entity_type: 'contacts',
        to_entity_id: 12345,
      },
    },
  ],
  run: (params, amo) => unlink(amo, params),
});
