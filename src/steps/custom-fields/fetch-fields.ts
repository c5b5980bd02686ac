import { exportFieldMap } from '../../amocrm/fields/export.ts';
import { defineStep, Params, Result } from '../define-step.ts';
import { fieldMapParams, fieldMapResult } from './field-map.ts';

export const fetchFields = defineStep({
  type: 'amocrm_fetch_fields',
  label: 'получение карты полей',
  summary: 'Gives the custom fields of an entity type in the form of the field map file.',
  description:
    'Keyed by code, else by name, and by `name (id)` where two read the same. ' +
    'Save `fields_map` as the file and change the keys to names of your own.',
  tag: 'Custom fields',
  effects: 'reads',
  outputVar: 'fields_fetched',
  params: Params('fields_fetched', fieldMapParams),
  result: Result(fieldMapResult),
  examples: [
    {
      summary: 'The least',
      params: {},
      result: {
        entity_type: 'contacts',
        fields_count: 1,
        fields_map: {
          SOURCE: {
            id: 123460,
            name: 'Источник',
            type: 'select',
            code: 'SOURCE',
            enums: [{ id: 1, value: 'Telegram', enum_code: 'TELEGRAM' }],
          },
        },
      },
    },
  ],
  run: ({ entity_type = 'contacts' }, amo) => exportFieldMap(amo, entity_type),
});
