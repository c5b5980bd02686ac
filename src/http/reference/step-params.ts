import type { TSchema } from 'typebox';

/**
 * A step's params schema for the documentation, in a form that generators of client types understand: they treat a
 * property with a default as required, and `anyOf` branches that only have `required` as `any`. That a name and an id
 * exclude each other is said in words. Aliases are properties of their own.
 */
export function documentedParams(params: TSchema): Record<string, unknown> {
  const branched = JSON.parse(JSON.stringify(params), (_key, described) => {
    const part = described?.['x-aliases'] === undefined ? described : withAliases(described);
    if (part?.discriminator !== undefined) return withoutDiscriminator(part);
    if (part?.type === 'object' && part.allOf !== undefined) return withoutExclusions(part);
    return part?.type === 'object' && part.anyOf !== undefined ? withBranchesBeside(part) : part;
  });
  const document = JSON.parse(JSON.stringify(branched), (_key, part) =>
    isProperty(part) ? withDefaultInWords(part) : part,
  );
  return { ...document, description: 'The step’s own params; unknown ones are refused.' };
}

interface Schema {
  [keyword: string]: unknown;
  required?: string[];
}

interface Aliased extends Schema {
  'x-aliases': Record<string, string>;
  properties: Record<string, Schema>;
  allOf?: object[];
}

/** With each alias as a property like the one that it stands for; where that is required, one of the two is. */
function withAliases({ allOf = [], ...schema }: Aliased): Schema {
  // `filter[id]` for `id` is told in words.
  const aliases = Object.entries(schema['x-aliases']).filter(([alias]) => !alias.includes('['));
  const twins = aliases.map(([alias, name]) => {
    const { default: _, ...twin } = schema.properties[name] ?? {};
    return [alias, { ...twin, description: `The same as \`${name}\`; give one of the two.` }];
  });
  const rules = aliases
    .filter(([, name]) => schema.required?.includes(name))
    .map(([alias, name]) => ({ anyOf: [{ required: [name] }, { required: [alias] }] }));
  const strict = aliases.reduce<Schema>((part, [, name]) => withoutRequired(part, name), schema);
  return {
    ...strict,
    properties: { ...schema.properties, ...Object.fromEntries(twins) },
    ...(allOf.length + rules.length === 0 ? {} : { allOf: [...allOf, ...rules] }),
  };
}

interface Variants extends Schema {
  discriminator: { propertyName: string };
  properties: Record<string, { default?: unknown }>;
  oneOf: (Schema & { properties: Record<string, { const?: unknown }> })[];
}

/**
 * Without the `discriminator`, whose tag OpenAPI wants to be required: where it has a default it may be left out. The
 * constants of the variants say as much.
 */
function withoutDiscriminator({ discriminator, oneOf, ...schema }: Variants): Schema {
  const { propertyName: tag } = discriminator;
  const { default: value } = schema.properties[tag] ?? {};
  const variants = oneOf.map((variant) =>
    value !== undefined && variant.properties[tag]?.const === value ? withoutRequired(variant, tag) : variant,
  );
  return withBranchesBeside({ ...(value === undefined ? schema : withoutRequired(schema, tag)), anyOf: variants });
}

function withoutRequired(schema: Schema, name: string): Schema {
  const { required = [], ...rest } = schema;
  const others = required.filter((one) => one !== name);
  return others.length === 0 ? rest : { ...rest, required: others };
}

/** Without the rules that a name and an id of one thing exclude each other; see `oneOfEach`. */
function withoutExclusions({ allOf = [], anyOf, ...schema }: Schema & { allOf?: object[] }): Schema {
  const rules = [...(anyOf === undefined ? [] : [{ anyOf }]), ...allOf.filter((rule) => !('not' in rule))];
  return rules.length === 0 ? schema : { ...schema, allOf: rules };
}

/** Branches in the schema itself would be read as alternatives to it. */
function withBranchesBeside({ anyOf, ...schema }: Schema): Schema {
  return { ...schema, allOf: [{ anyOf }] };
}

interface Property extends Schema {
  default: unknown;
  description: string;
}

function isProperty(part: Partial<Property> | null): part is Property {
  return part?.default !== undefined && typeof part.description === 'string';
}

function withDefaultInWords({ default: value, description, ...schema }: Property): Schema {
  return { ...schema, description: `${description} Default: \`${String(value)}\`.` };
}
