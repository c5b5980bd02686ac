/** A JSON Schema, or a part of one. */
export type Schema = Record<string, unknown>;

/** Of an object with variants: those of all; where two have one name, their enums are joined. */
export function propertiesOf(schema: object): Schema {
  const { properties = {} } = asSchema(schema);
  const joined: Schema = {};
  for (const part of variantsOf(schema)) {
    for (const [name, own] of Object.entries(propertiesOf(part))) joined[name] = join(joined[name], own);
  }
  const own = asSchema(properties);
  // What the object itself says in full goes before what its variants say.
  const isTold = (name: string) => asSchema(own[name]).type !== undefined;
  return { ...own, ...Object.fromEntries(Object.entries(joined).filter(([name]) => !isTold(name))) };
}

function join(before: unknown, after: unknown): unknown {
  if (before === undefined) return after;
  const [a, b] = [asSchema(before), asSchema(after)];
  const values = [...choices(a), ...choices(b)];
  if (values.length > 0) return { ...a, const: undefined, enum: [...new Set(values)], type: a.type ?? 'string' };
  const [inner, outer] = [propertiesOf(a), propertiesOf(b)];
  return Object.keys(inner).length === 0 ? a : { ...a, oneOf: undefined, properties: { ...outer, ...inner } };
}

function choices({ enum: several = [], const: one }: Schema): unknown[] {
  return [...[several].flat(), ...(one === undefined ? [] : [one])];
}

/** The variants of an object; none where it has one form. */
export function variantsOf(schema: object): Schema[] {
  const { oneOf = [] } = asSchema(schema);
  return [oneOf].flat().map(asSchema);
}

/** The value where it is an object, else a schema that says nothing. */
export function asSchema(value: unknown): Schema {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
