import { Type } from 'typebox';
import { FieldMapEntry } from '../../amocrm/fields/field-map.ts';
import { entityTypes } from '../../amocrm/shapes/entities.ts';
import { EntityTypeOf } from '../../schemas/entity-type.ts';

export const fieldMapParams = {
  entity_type: Type.Optional(EntityTypeOf(entityTypes, 'Whose fields.', { default: 'contacts' })),
};

export const fieldMapResult = {
  entity_type: Type.Enum([...entityTypes], { type: 'string', description: 'Whose fields.' }),
  fields_count: Type.Integer({ description: 'How many there are.' }),
  fields_map: Type.Record(Type.String(), FieldMapEntry, { title: 'FieldMap', description: 'The fields by name.' }),
};
