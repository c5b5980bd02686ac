import { isDeepStrictEqual } from 'node:util';
import type { Fault, Path } from '../../problems/problem.ts';
import type { EntityType, FieldValue, FieldValues } from '../shapes/entities.ts';
import { isSameField } from '../shapes/field-ref.ts';
import type { Draft } from '../writes/draft.ts';
import { codecOf } from './codec-table.ts';
import { type Field, FieldError, hasKinds, referTo } from './field.ts';
import type { FieldTools } from './field-tools.ts';

/** A custom field as the caller gave it. */
export interface FieldInput {
  path: Path;
  key: string;
  value: unknown;
  /** Follows from another param; gives way to the same value said outright. */
  implied?: boolean;
}

/** A custom field ready to be sent; `values: null` clears it. */
export interface EncodedField {
  input: FieldInput;
  field: Field;
  values: FieldValue[] | null;
}

/**
 * Resolves names and encodes values, all of them, so that every fault is told at once. "" is no input; null clears a
 * field (`clear: true`) or is no input either.
 */
export async function encodeFields(
  tools: FieldTools,
  entityType: EntityType,
  inputs: readonly FieldInput[],
  { clear }: { clear: boolean },
): Promise<{ encoded: EncodedField[]; faults: Fault[] }> {
  const given = inputs.filter(({ value }) => value !== '' && (clear || value !== null));
  const results = await Promise.all(given.map((input) => encodeOne(tools, entityType, input)));
  const resolved = results.filter((result) => 'field' in result);
  const encoded = withoutEchoes(await withCodes(tools, entityType, resolved));
  const faults = results.filter((result) => 'message' in result);
  return { encoded, faults: [...faults, ...twiceGiven(encoded)] };
}

async function encodeOne(tools: FieldTools, entityType: EntityType, input: FieldInput): Promise<EncodedField | Fault> {
  try {
    const field = await tools.fields.find(entityType, input.key, tools.operation);
    if (input.value === null) return { input, field, values: null };
    return { input, ...(await encodeValue(tools, entityType, field, input.value)) };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    const path = error.index === undefined ? input.path : [...input.path, error.index];
    return { path, message: error.message, code: error.code };
  }
}

/** The values, and the field with the options that they were chosen from. */
async function encodeValue(tools: FieldTools, entityType: EntityType, field: Field, value: unknown) {
  const codec = codecOf(field.type);
  if (codec === undefined) {
    throw new FieldError('INVALID_FIELD_VALUE', `"${field.name}" has the type ${field.type}, which cannot be written`);
  }
  const zone = codec.needsZone === true ? await tools.timeZone(tools.operation) : '';
  try {
    return { field, values: codec.encode(value, field, zone) };
  } catch (error) {
    if (!(error instanceof FieldError) || error.code !== 'UNKNOWN_OPTION') throw error;
    const full = await tools.fields.complete(entityType, field, tools.operation);
    return { field: full, values: codec.encode(value, full, zone) };
  }
}

/** Beside a field that is known by its code alone, one that the file describes without a code may be the same. */
async function withCodes(
  tools: FieldTools,
  entityType: EntityType,
  encoded: readonly EncodedField[],
): Promise<EncodedField[]> {
  const hasShortCut = encoded.some(({ field }) => field.id === undefined);
  const complete = async (one: EncodedField) => {
    const { field } = one;
    const isInDoubt = hasShortCut && hasKinds(field) && field.code === null;
    return isInDoubt ? { ...one, field: await tools.fields.complete(entityType, field, tools.operation) } : one;
  };
  return Promise.all(encoded.map(complete));
}

function withoutEchoes(encoded: readonly EncodedField[]): EncodedField[] {
  const isEcho = (echo: EncodedField, said: EncodedField) =>
    said !== echo && isSameField(said.field, echo.field) && isDeepStrictEqual(said.values, echo.values);
  return encoded.filter((one) => one.input.implied !== true || !encoded.some((other) => isEcho(one, other)));
}

function twiceGiven(encoded: readonly EncodedField[]): Fault[] {
  return encoded.flatMap(({ input, field }) => {
    const twins = encoded.filter((other) => other.input !== input && isSameField(other.field, field));
    if (twins.length === 0) return [];
    const message = `is the same field as ${twins.map((twin) => `"${twin.input.key}"`).join(', ')}: give it once`;
    return [{ path: input.path, message, code: 'INVALID_REQUEST' as const }];
  });
}

/** Puts encoded fields into a draft. */
export function addFields(draft: Draft, encoded: readonly EncodedField[]): void {
  if (encoded.length === 0) return;
  draft.body.custom_fields_values = encoded.map(({ field, values }) => ({ ...referTo(field), values }));
  for (const [index, { input }] of encoded.entries()) {
    const at = `custom_fields_values.${index}`;
    draft.origins.push({ at, path: input.path });
    if (!Array.isArray(input.value)) continue;
    for (const place of input.value.keys()) {
      draft.origins.push({ at: `${at}.values.${place}`, path: [...input.path, place] });
    }
  }
}

/** Encoded fields in the form in which amoCRM gives them back. */
export function asRead(encoded: readonly EncodedField[]): FieldValues[] {
  return encoded.flatMap(({ field, values }) => {
    if (values === null) return [];
    const type = field.type === 'multiphonemail' ? 'multitext' : field.type;
    const head = { ...(field.id === undefined ? {} : { field_id: field.id }), field_code: field.code };
    return [{ ...head, field_name: field.name, field_type: type, values: values.map((value) => label(value, field)) }];
  });
}

function label(value: FieldValue, { options }: Field): FieldValue {
  const option = options.find(({ id }) => id === value.enum_id);
  return option === undefined || value.value !== undefined ? value : { ...value, value: option.value };
}
