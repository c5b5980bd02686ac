import type { Fault, Path } from '../../problems/problem.ts';
import type { EntityType } from '../shapes/entities.ts';
import { encodeFields } from './encode.ts';
import type { FieldTools } from './field-tools.ts';

/** Types by whose values amoCRM filters. Source: developers' reference, filters. */
const byValue = new Set([
  'text',
  'numeric',
  'url',
  'textarea',
  'streetaddress',
  'select',
  'multiselect',
  'radiobutton',
  'checkbox',
]);
/** Types by whose range it filters. */
const byRange = new Set(['numeric', 'date', 'date_time']);

const maxValues = 250;

/** A custom field's filter, by the field's id. */
type Encoded = { id: number; wanted: unknown } | { faults: readonly Fault[] };

/**
 * A filter by custom fields in amoCRM's form: names become ids, labels of options become the options' ids. Gives the
 * faults of names and values; throws the errors of reads.
 */
export async function encodeFieldFilter(
  tools: FieldTools,
  entityType: EntityType,
  given: Readonly<Record<string, unknown>>,
  above: Path,
): Promise<{ filter: Record<string, unknown>; faults: Fault[] }> {
  const encoded = await Promise.all(
    Object.entries(given).map(([key, value]) => encodeOne(tools, entityType, key, value, [...above, key])),
  );
  const faults = encoded.flatMap((one) => ('faults' in one ? one.faults : []));
  const filter = encoded.flatMap((one) => ('id' in one ? [[one.id, one.wanted]] : []));
  return { filter: Object.fromEntries(filter), faults };
}

async function encodeOne(
  tools: FieldTools,
  entityType: EntityType,
  key: string,
  value: unknown,
  path: Path,
): Promise<Encoded> {
  const limits = limitsOf(value);
  if (Array.isArray(value) && value.length > maxValues) return fault(path, `takes at most ${maxValues} values`);
  const parts = limits ?? Object.entries([value].flat());
  const place = (at: string) => (limits || Array.isArray(value) ? [...path, at] : path);
  const inputs = parts.map(([at, part]) => ({ path: place(at), key, value: part }));
  const results = await Promise.all(inputs.map((input) => encodeFields(tools, entityType, [input], { clear: false })));
  const faults = results.flatMap((result) => result.faults);
  if (faults.length > 0) return { faults };
  const [first] = results.flatMap(({ encoded }) => encoded);
  if (first === undefined) return fault(path, 'needs a value');
  const { id, type, name } = await tools.fields.complete(entityType, first.field, tools.operation);
  const allowed = limits ? byRange : byValue;
  if (id === undefined || !allowed.has(type)) {
    return fault(path, `"${name}" (${type}) is not of a type that amoCRM filters by ${limits ? 'range' : 'value'}`);
  }
  const values = results.map(({ encoded }) => encoded.flatMap((one) => one.values ?? []));
  const wanted = values.map((held) => held.map(({ value: plain, enum_id }) => enum_id ?? plain));
  if (limits === undefined) return { id, wanted: wanted.flat() };
  return { id, wanted: Object.fromEntries(limits.map(([limit], index) => [limit, wanted[index]?.[0]])) };
}

/** The limits of a range, if the value is one. */
function limitsOf(value: unknown): [string, unknown][] | undefined {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return undefined;
  const limits = Object.entries(value);
  const isRange = limits.length > 0 && limits.every(([limit]) => limit === 'from' || limit === 'to');
  return isRange ? limits : undefined;
}

function fault(path: Path, message: string): Encoded {
  return { faults: [{ path, message, code: 'INVALID_FIELD_VALUE' }] };
}
