import { Type } from 'typebox';
import { listCustomFields as list } from '../../amocrm/entities/custom-fields/list.ts';
import { CustomField } from '../../amocrm/shapes/custom-fields.ts';
import { parentTypes } from '../../amocrm/shapes/entities.ts';
import { EntityTypeOf } from '../../schemas/entity-type.ts';
import { defineWholeListStep } from '../define-list-step.ts';
import { Params } from '../define-step.ts';

export const listCustomFields = defineWholeListStep({
  type: 'amocrm_list_custom_fields',
  label: 'список кастомных полей',
  summary: 'Lists all custom fields of an entity type, as amoCRM has them.',
  description: 'With groups, options and all that amoCRM tells of them; all pages in one answer.',
  tag: 'Custom fields',
  outputVar: 'custom_fields',
  params: Params('custom_fields', {
    entity_type: Type.Optional(EntityTypeOf(parentTypes, 'Whose fields.', { default: 'leads' })),
  }),
  item: CustomField,
  more: { entity_type: Type.Enum([...parentTypes], { type: 'string', description: 'Whose fields.' }) },
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
  ],
  run: ({ entity_type = 'leads' }, amo) => list(amo, entity_type),
});
