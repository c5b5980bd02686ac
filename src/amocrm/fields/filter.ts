import { fieldMessages } from '../../messages/fields.ts';
import type { Message } from '../../messages/message.ts';
import type { Fault, Path } from '../../problems/problem.ts';
import type { EntityType } from '../shapes/entities.ts';
import { encodeFields, type FieldInput } from './encode.ts';
import type { FieldTools } from './field-tools.ts';
import { givenTwice } from './given-twice.ts';

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
type Encoded = { id: number; wanted: unknown; key: string; path: Path } | { faults: readonly Fault[] };

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
  const found = encoded.filter((one) => 'id' in one);
  const twice = [...Map.groupBy(found, ({ id }) => id).values()].flatMap(givenTwice);
  return { filter: Object.fromEntries(found.map(({ id, wanted }) => [id, wanted])), faults: [...faults, ...twice] };
}

async function encodeOne(
  tools: FieldTools,
  entityType: EntityType,
  key: string,
  value: unknown,
  path: Path,
): Promise<Encoded> {
  const limits = limitsOf(value);
  if (Array.isArray(value) && value.length > maxValues) return fault(path, fieldMessages.filterTooMany(maxValues));
  const inputs = inputsOf(key, limits ?? value, path);
  const empty = limits === undefined ? inputs.filter((input) => isEmpty(input.value)) : [];
  if (inputs.length === 0) return fault(path, fieldMessages.filterNeedsValue);
  if (empty.length > 0)
    return { faults: empty.flatMap((input) => faultsAt(input.path, fieldMessages.filterNeedsValue)) };
  const results = await Promise.all(inputs.map((input) => encodeFields(tools, entityType, [input], { clear: false })));
  const faults = results.flatMap((result) => result.faults);
  if (faults.length > 0) return { faults };
  const values = results.map(({ encoded }) => encoded.flatMap((one) => one.values ?? []));
  const [first] = results.flatMap(({ encoded }) => encoded);
  if (first === undefined || values.some((held) => held.length === 0))
    return fault(path, fieldMessages.filterNeedsValue);
  const { id, type, name } = await tools.fields.complete(entityType, first.field, tools.operation);
  const allowed = limits ? byRange : byValue;
  if (id === undefined || !allowed.has(type)) {
    const { noFilterByRange, noFilterByValue } = fieldMessages;
    return fault(path, limits ? noFilterByRange(name, type) : noFilterByValue(name, type));
  }
  const wanted = values.map((held) => held.map(({ value: plain, enum_id }) => enum_id ?? plain));
  if (limits === undefined) return { id, key, path, wanted: wanted.flat() };
  const range = Object.fromEntries(Object.keys(limits).map((limit, index) => [limit, wanted[index]?.[0]]));
  return { id, key, path, wanted: range };
}

/** The values of a list or of limits, each with its place; a single value stands where it is. */
function inputsOf(key: string, value: unknown, path: Path): FieldInput[] {
  if (Array.isArray(value)) return value.map((part: unknown, at) => ({ key, value: part, path: [...path, at] }));
  if (!isLimits(value)) return [{ key, value, path }];
  return Object.entries(value).map(([at, part]) => ({ key, value: part, path: [...path, at] }));
}

/** The limits of a range that are given, if the value is one. */
function limitsOf(value: unknown): Record<string, unknown> | undefined {
  if (!isLimits(value)) return undefined;
  return Object.fromEntries(Object.entries(value).filter(([, limit]) => !isEmpty(limit)));
}

function isLimits(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const names = Object.keys(value);
  return names.every((name) => name === 'from' || name === 'to');
}

function isEmpty(value: unknown): boolean {
  return value === null || value === '';
}

function fault(path: Path, message: Message): Encoded {
  return { faults: faultsAt(path, message) };
}

function faultsAt(path: Path, message: Message): Fault[] {
  return [{ path, message, code: 'INVALID_FIELD_VALUE' }];
}
