import { Type } from 'typebox';
import { fieldListParams, fieldListRules, listCustomFields as list } from '../../amocrm/entities/custom-fields/list.ts';
import { CustomField } from '../../amocrm/shapes/custom-fields.ts';
import { parentTypes } from '../../amocrm/shapes/entities.ts';
import { defineWholeListStep } from '../define-list-step.ts';
import { nameFailures, Params } from '../define-step.ts';

export const listCustomFields = defineWholeListStep({
  type: 'amocrm_list_custom_fields',
  label: 'список кастомных полей',
  summary: 'Lists all custom fields of an entity type or of a list, as amoCRM has them.',
  description: 'With groups, options and all that amoCRM tells of them; all pages in one answer.',
  tag: 'Custom fields',
  outputVar: 'custom_fields',
  params: Params('custom_fields', fieldListParams, fieldListRules),
  item: CustomField,
  more: { entity_type: Type.Enum([...parentTypes, 'catalogs'], { type: 'string', description: 'Whose fields.' }) },
  failures: ['ENTITY_NOT_FOUND', ...nameFailures],
  examples: [
    {
      summary: 'The least',
      params: {},
      result: {
        custom_fields: [{ id: 223465, name: 'Номер договора', type: 'text', code: 'CONTRACT_NUMBER', enums: null }],
        count: 1,
        entity_type: 'leads',
      },
    },
    {
      summary: 'Those of contacts',
      params: { entity_type: 'contacts', output_var: 'contact_fields' },
      result: {
        custom_fields: [{ id: 123457, name: 'Должность', type: 'text', code: 'POSITION', enums: null }],
        count: 1,
        entity_type: 'contacts',
      },
    },
    {
      summary: 'Those of a list',
      params: { catalog: 'Товары' },
      result: {
        custom_fields: [{ id: 523401, name: 'Артикул', type: 'text', code: 'SKU' }],
        count: 1,
        entity_type: 'catalogs',
      },
    },
  ],
  run: (params, amo) => list(amo, params),
});
