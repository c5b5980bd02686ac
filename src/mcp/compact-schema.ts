import { asSchema, propertiesOf, type Schema, variantsOf } from '../schemas/properties.ts';

/** Bytes of a tool's schema at most: a model reads all of them before each answer. */
export const maxSchemaBytes = 2 * 1024;

interface Level {
  /** Characters of a description of the tool's own params, and of what is within them. */
  own: number;
  inner: number;
  /** Levels of objects whose properties are told. */
  depth: number;
  /** Whether the names of their properties are told of the others. */
  names: boolean;
}

/** From the whole to the least; the first that fits is taken. */
const levels: readonly Level[] = [
  { own: 400, inner: 200, depth: 4, names: true },
  { own: 200, inner: 60, depth: 4, names: true },
  { own: 120, inner: 0, depth: 4, names: true },
  { own: 80, inner: 0, depth: 2, names: true },
  { own: 60, inner: 0, depth: 1, names: true },
  { own: 30, inner: 0, depth: 1, names: true },
  { own: 20, inner: 0, depth: 1, names: true },
  { own: 30, inner: 0, depth: 1, names: false },
  { own: 0, inner: 0, depth: 1, names: false },
];

/** Keywords that help a model to fill a param in; what else a schema says, the step itself checks. */
const kept = ['type', 'enum', 'const', 'minimum', 'maximum', 'default'] as const;

/**
 * A step's params as the input schema of a tool, at most 2 KiB as JSON: without `output_var`, variants of an object joined
 * into one, descriptions as long as they fit.
 */
export function compactSchema(params: object, further: Schema = {}): Schema {
  const { output_var: _, ...properties } = propertiesOf(params);
  const whole = { properties: { ...properties, ...further }, required: requiredOf(params) };
  const compacts = levels.map((level) => compact(whole, level, 0));
  return (
    compacts.find((schema) => Buffer.byteLength(JSON.stringify({ type: 'object', ...schema })) <= maxSchemaBytes) ??
    compacts.at(-1) ??
    {}
  );
}

function compact(schema: Schema, level: Level, depth: number): Schema {
  const isCut = depth >= level.depth;
  const all = propertiesOf(schema);
  const names = isCut && level.names ? Object.keys(all) : [];
  const words = describe(schema.description, depth <= 1 ? level.own : level.inner, names);
  const own = kept.flatMap((keyword) => (isTelling(keyword, schema[keyword]) ? [[keyword, schema[keyword]]] : []));
  const properties = isCut ? {} : all;
  const parts = Object.entries(properties).map(([name, part]) => [name, compact(asSchema(part), level, depth + 1)]);
  const required = requiredOf(schema).filter((name) => name in properties);
  return {
    ...Object.fromEntries(own),
    ...words,
    ...(schema.items === undefined
      ? {}
      : { items: compact(asSchema(schema.items), { ...level, inner: 0 }, depth + 1) }),
    ...(parts.length === 0 ? {} : { type: 'object', properties: Object.fromEntries(parts) }),
    ...(required.length === 0 ? {} : { required }),
  };
}

/** Whether a keyword says anything: that a number is no larger than numbers can be goes without saying. */
function isTelling(keyword: string, value: unknown): boolean {
  return value !== undefined && !(keyword === 'maximum' && value === Number.MAX_SAFE_INTEGER);
}

/** The first sentence that fits, else the words that do; or the names of its properties, which tell more. */
function describe(description: unknown, most: number, names: readonly string[]): { description?: string } {
  const text = String(description ?? '');
  if (names.length > 0) return { description: `Keys: ${names.join(', ')}` };
  if (text === '' || most === 0) return {};
  if (text.length <= most) return { description: text };
  const [first = ''] = text.split(/(?<=\.)\s/);
  return { description: first.length <= most ? first : `${text.slice(0, text.lastIndexOf(' ', most))}…` };
}

/** What every variant requires, beside what the object itself does. */
function requiredOf(schema: object): string[] {
  const own = [asSchema(schema).required ?? []].flat().map(String);
  const [first = [], ...others] = variantsOf(schema).map(requiredOf);
  const common = first.filter((name) => others.every((names) => names.includes(name)));
  const all = [...new Set([...own, ...common])];
  // A param with a default may be left out.
  return all.filter((name) => asSchema(propertiesOf(schema)[name]).default === undefined && name !== 'output_var');
}
