import type { Field } from './models.ts';

export type GivenField = Partial<Field> & Pick<Field, 'name' | 'type'>;

/** A field definition; what is left out gets its default. */
export function newField(given: GivenField, id: number, sort: number): Field {
  const defaults = { code: null, group_id: null, enums: null, currency: null, required_statuses: [] };
  const flags = { is_api_only: false, is_predefined: false, is_computed: false };
  return { id, sort, ...defaults, ...flags, ...given };
}
