import { type TProperties, Type } from 'typebox';
import { CustomFields, Text } from '../../schemas/atoms.ts';
import { oneOfEach } from '../../schemas/named.ts';

export const MultiValue = Type.Optional(
  Type.Enum(['append', 'replace'], {
    type: 'string',
    default: 'append',
    description:
      'For fields with several values (phones, e-mails): `append` puts the new value first and keeps the others, ' +
      '`replace` drops them.',
  }),
);
export type MultiValue = 'append' | 'replace';

/** `update_data` of an entity with these attributes of its own; other keys are custom fields or `notes`. */
export function updateData<T extends TProperties>(own: T, example: Record<string, unknown>) {
  const rules = oneOfEach(own);
  return Type.Object(own, {
    additionalProperties: true,
    'x-empty-as-absent': [''],
    ...(rules.length === 0 ? {} : { allOf: rules }),
    description:
      'What to change: the entity’s own attributes, custom fields by name, code or id (also within `custom_fields`), and `notes`, which adds a common ' +
      'note. Only what is named is sent. "" counts as not given; a literal null clears a custom field. `tags` are added ' +
      'to those there.',
    examples: [example],
  });
}

/** The same keys beside `update_data`, as bots may give them; custom fields then stand in `custom_fields`. */
export function flatKeys<T extends TProperties>(own: T, example: Record<string, unknown>) {
  return {
    ...own,
    custom_fields: CustomFields('Custom fields to change, as in `update_data`; a literal null clears one.', example),
    notes: Type.Optional(Text('A common note to add.', { examples: ['Обновленная информация'] })),
  };
}
