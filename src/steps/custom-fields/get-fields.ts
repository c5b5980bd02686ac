import { Type } from 'typebox';
import { fieldMapInUse } from '../../amocrm/fields/export.ts';
import { defineStep, Params, Result } from '../define-step.ts';
import { fieldMapParams, fieldMapResult } from './field-map.ts';

export const getFields = defineStep({
  type: 'amocrm_get_fields',
  label: 'получение карты полей',
  summary: 'Gives the map by which custom fields are found.',
  description:
    'The entries of the field map file under their names, with the options that amoCRM has; then amoCRM’s other fields, ' +
    'by code, else by name. `amocrm_fetch_fields` gives what amoCRM has now, for a file of your own.',
  tag: 'Custom fields',
  effects: 'reads',
  outputVar: 'current_fields',
  params: Params('current_fields', fieldMapParams),
  result: Result({ ...fieldMapResult, fields_count: Type.Integer({ description: 'How many are in use.' }) }),
  examples: [
    {
      summary: 'The least',
      params: {},
      result: {
        entity_type: 'contacts',
        fields_count: 1,
        fields_map: { telegram_id: { id: 123456, name: 'Telegram ID', type: 'text', code: 'TELEGRAM_ID' } },
      },
    },
  ],
  run: ({ entity_type = 'contacts' }, amo) => fieldMapInUse(amo, entity_type),
});
