export type Scalar = string | number | boolean;

/** Bytes of an answer, as JSON. */
export const maxFlatBytes = 16 * 1024;
/** Items of a list that are told one by one. */
const maxItems = 10;
/** Characters of one text; the rest is cut. */
const maxText = 4_000;
/** Bytes kept free for `truncated`. */
const reserve = 32;

/** What is told of a lead, contact or company, beside its fields. */
const attributes = ['id', 'name', 'price', 'status_id', 'pipeline_id', 'responsible_user_id'] as const;
const channels = { phone: 'PHONE', email: 'EMAIL' } as const;

const entityNames = new Set(['contact', 'lead', 'company', 'customer']);

type Entry = [name: string, value: Scalar];

/**
 * A result as one object of scalars for readers of plain paths, after what `head` says: null is "", an entity or another
 * object adds its parts under its name, a list its count and its first ten items. At most 16 KiB as JSON; where something
 * did not fit, `truncated` is true. Lists nested in items are left out, but for values of fields.
 */
export function flatten(head: Record<string, Scalar>, result: object): Record<string, Scalar> {
  const flat: Record<string, Scalar> = {};
  let bytes = reserve;
  let isTruncated = false;
  for (const [name, value] of [...Object.entries(head), ...entriesOf(result)]) {
    // The first of one name counts: what the step itself says of it.
    if (Object.hasOwn(flat, name)) continue;
    const text = typeof value === 'string' ? cut(value) : value;
    const size = Buffer.byteLength(JSON.stringify({ [name]: text }));
    if (bytes + size > maxFlatBytes) {
      isTruncated = true;
      continue;
    }
    isTruncated ||= text !== value;
    bytes += size;
    Object.defineProperty(flat, name, { value: text, enumerable: true });
  }
  return isTruncated ? { ...flat, truncated: true } : flat;
}

function cut(text: string): string {
  if (text.length <= maxText) return text;
  // Half of a surrogate pair would be no text.
  return `${text.slice(0, maxText).replace(/[\ud800-\udbff]$/, '')}…`;
}

function* entriesOf(result: object): Generator<Entry> {
  // Scalars first: they go before what entities and lists add.
  for (const [name, value] of Object.entries(result)) {
    if (name !== 'success' && isScalar(value)) yield [name, value ?? ''];
    // A builder keeps the id of the last user where none comes.
    if (value === null && entityNames.has(name)) yield [`${name}_id`, ''];
  }
  for (const [name, value] of Object.entries(result)) {
    if (Array.isArray(value)) yield* entriesOfList(name, value);
    else if (!isScalar(value)) yield* entriesOfObject(name, Object(value));
  }
}

function* entriesOfList(name: string, items: readonly unknown[]): Generator<Entry> {
  yield [`${name}_count`, items.length];
  for (const [index, item] of items.slice(0, maxItems).entries()) {
    const place = `${name}_${index + 1}`;
    if (isScalar(item)) yield [place, item ?? ''];
    else yield* entriesOfObject(place, Object(item));
  }
}

function* entriesOfObject(name: string, object: Record<string, unknown>): Generator<Entry> {
  const { fields, custom_fields_values: values } = object;
  if (values === undefined && fields === undefined) {
    for (const [key, value] of Object.entries(object)) if (isScalar(value)) yield [`${name}_${key}`, value ?? ''];
    return;
  }
  for (const key of attributes) {
    const value = object[key];
    if (value !== undefined && isScalar(value)) yield [`${name}_${key}`, value ?? ''];
  }
  for (const [key, code] of Object.entries(channels)) {
    const value = firstValue(values, code);
    if (value !== undefined) yield [`${name}_${key}`, value];
  }
  for (const [field, value] of Object.entries(Object(fields))) yield [`${name}_field_${field}`, textOf(value)];
}

/** The first phone or e-mail, as amoCRM has it. */
function firstValue(values: unknown, code: string): Scalar | undefined {
  const fields: unknown[] = Array.isArray(values) ? values : [];
  const field = fields.find((each) => Object(each).field_code === code);
  const [first]: unknown[] = Object(field).values ?? [];
  const { value } = Object(first);
  return isScalar(value) ? (value ?? undefined) : undefined;
}

/** The value of a field: a list joined, anything deeper as JSON. */
function textOf(value: unknown): Scalar {
  if (Array.isArray(value)) return value.map((item) => String(textOf(item))).join(', ');
  return isScalar(value) ? (value ?? '') : JSON.stringify(value);
}

function isScalar(value: unknown): value is Scalar | null | undefined {
  return value === null || typeof value !== 'object';
}
