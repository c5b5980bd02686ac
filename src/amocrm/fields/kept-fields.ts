import { Type } from 'typebox';
import { formatPath } from '../../problems/document-order.ts';
import type { Path } from '../../problems/problem.ts';
import { keeperOf } from '../operation/findings.ts';
import type { EntityType, FieldValue } from '../shapes/entities.ts';
import type { Field } from './field.ts';
import type { FieldTools } from './field-tools.ts';

/** Ids of the fields that keys came to, by the place of the key, and of the options that values came to. */
const fieldIds = keeperOf(Type.Integer());
const optionIds = keeperOf(Type.Array(Type.Integer()));

/**
 * The field that a caller means by the key at this path. Under an Idempotency-Key it stays the same one, whatever it is
 * called by then. Throws FieldError (UNKNOWN_FIELD, AMBIGUOUS_FIELD) and the errors of reads.
 */
export async function findFieldOnce(
  { fields, operation }: Pick<FieldTools, 'fields' | 'operation'>,
  entityType: EntityType,
  { key, path }: { key: string; path: Path },
): Promise<Field> {
  const place = `field at ${formatPath(path)}`;
  const kept = fieldIds.of(operation, place);
  const known = kept === undefined ? undefined : await fields.byId(entityType, kept, operation);
  if (known !== undefined) return known;
  const field = await fields.find(entityType, key, operation);
  if (field.id !== undefined) fieldIds.keep(operation, place, field.id);
  return field;
}

/** The values of a field; where they are options, those stay the same under an Idempotency-Key. */
export async function encodeOptionsOnce<T extends { values: FieldValue[] }>(
  { operation }: Pick<FieldTools, 'operation'>,
  { field, path }: { field: Field; path: Path },
  encode: () => Promise<T>,
): Promise<T | { field: Field; values: FieldValue[] }> {
  const place = `options of ${field.id} at ${formatPath(path)}`;
  const kept = optionIds.of(operation, place);
  if (kept !== undefined) return { field, values: kept.map((enum_id) => ({ enum_id })) };
  const encoded = await encode();
  const options = encoded.values.flatMap(({ enum_id, value }) => (value === undefined ? (enum_id ?? []) : []));
  if (options.length > 0 && options.length === encoded.values.length) optionIds.keep(operation, place, options);
  return encoded;
}
