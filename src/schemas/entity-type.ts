import { type TSchemaOptions, Type } from 'typebox';

const singulars: Record<string, string> = {
  leads: 'lead',
  contacts: 'contact',
  companies: 'company',
  customers: 'customer',
  catalog_elements: 'catalog_element',
};
const plurals = new Map(Object.entries(singulars).map(([plural, singular]) => [singular, plural]));

/** A param that names one of amoCRM's entity types. The singular is taken too; the step gets the plural. */
export function EntityTypeOf<const T extends string>(
  types: readonly T[],
  description: string,
  options: TSchemaOptions & { default?: T } = {},
) {
  return Type.Unsafe<T>({
    type: 'string',
    enum: [...types, ...types.flatMap((type) => singulars[type] ?? [])],
    ...options,
    description: `${description} The singular is taken too.`,
    'x-coerce': 'plural',
  });
}

/** The plural of an entity type, as amoCRM and results have it; other words as they are. */
export function pluralOf(type: string): string {
  return plurals.get(type) ?? type;
}

/** The singular of one of amoCRM's entity types. */
export function singularOf(type: string): string {
  return singulars[type] ?? type;
}
