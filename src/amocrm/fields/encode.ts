import { isDeepStrictEqual } from 'node:util';
import { fieldMessages } from '../../messages/fields.ts';
import { maxErrors } from '../../problems/make-document.ts';
import type { Fault, Path } from '../../problems/problem.ts';
import { fold } from '../../text/names.ts';
import type { EntityType, FieldValue } from '../shapes/entities.ts';
import { isSameField } from '../shapes/field-ref.ts';
import type { Codec } from './codec.ts';
import { codecOf } from './codec-table.ts';
import { describeField, type Field, FieldError, hasKinds } from './field.ts';
import type { FieldTools } from './field-tools.ts';
import { givenTwice } from './given-twice.ts';
import { encodeOptionsOnce, findFieldOnce } from './kept-fields.ts';

export interface FieldInput {
  path: Path;
  key: string;
  value: unknown;
  /** Derived from another param; dropped where the caller also gives the same value explicitly. */
  implied?: boolean;
}

/** A custom field ready to be sent; `values: null` clears it. */
export interface EncodedField {
  input: FieldInput;
  field: Field;
  values: FieldValue[] | null;
  /** Where the first values stand in the caller's list, unless they are as many, in its order. */
  places?: readonly number[];
}

/**
 * Resolves names and encodes values, and stops at the maximum number of faults that an answer lists. "" is no input;
 * null clears a field (`clear: true`) or is no input either. Returns faults of the values; throws the errors of reads.
 */
export async function encodeFields(
  tools: FieldTools,
  entityType: EntityType,
  inputs: readonly FieldInput[],
  { clear }: { clear: boolean },
): Promise<{ encoded: EncodedField[]; faults: Fault[] }> {
  const given = inputs.filter(({ value }) => value !== '' && (clear || value !== null));
  const resolved: EncodedField[] = [];
  const faults: Fault[] = [];
  for (let at = 0; at < given.length && faults.length < maxErrors; at += maxErrors) {
    const batch = given.slice(at, at + maxErrors);
    const results = await Promise.all(batch.map((input) => encodeOne(tools, entityType, input)));
    resolved.push(...results.filter((result) => 'field' in result));
    faults.push(...results.filter((result) => 'message' in result));
  }
  const encoded = withoutEchoes(await withCodes(tools, entityType, resolved));
  return { encoded, faults: [...faults, ...twiceGiven(encoded)] };
}

async function encodeOne(tools: FieldTools, entityType: EntityType, input: FieldInput): Promise<EncodedField | Fault> {
  try {
    const field = await findFieldOnce(tools, entityType, input);
    const encode = () => encodeValue(tools, entityType, field, input.value);
    const encoded =
      input.value === null
        ? { field, values: null }
        : await encodeOptionsOnce(tools, { field, path: input.path }, encode);
    tools.operation.resolved?.note(input.path, describeField(encoded.field, encoded.values ?? []));
    return { input, ...encoded };
  } catch (error) {
    if (!(error instanceof FieldError)) throw error;
    return { path: [...input.path, ...error.place], message: error.text, code: error.code };
  }
}

/** No field holds more, and each value costs several comparisons. */
const maxValues = 250;

/** The values, and the version of the field whose options were used. */
async function encodeValue(tools: FieldTools, entityType: EntityType, field: Field, value: unknown) {
  const codec = codecOf(field.type);
  if (Array.isArray(value) && value.length > maxValues) {
    const message = fieldMessages.tooManyValues(field.name, maxValues, value.length);
    throw new FieldError('INVALID_FIELD_VALUE', message);
  }
  if (codec === undefined) {
    throw new FieldError('INVALID_FIELD_VALUE', fieldMessages.unwritable(field.name, field.type));
  }
  const zone = codec.needsZone === true ? await tools.timeZone(tools.operation) : '';
  return encodeFirst(codec, value, zone, [
    () => field,
    () => tools.fields.complete(entityType, field, tools.operation),
    () => tools.fields.refreshed(entityType, field, tools.operation),
  ]);
}

/** Encodes with the first version of the field that has the options that the value names. */
async function encodeFirst(
  codec: Codec,
  value: unknown,
  zone: string,
  [first, ...others]: readonly [Version, ...Version[]],
): Promise<Pick<EncodedField, 'field'> & { values: FieldValue[] }> {
  const field = await first();
  try {
    return { field, values: codec.encode(value, field, zone) };
  } catch (error) {
    const [next, ...rest] = others;
    if (next === undefined || !(error instanceof FieldError) || error.code !== 'UNKNOWN_OPTION') throw error;
    return encodeFirst(codec, value, zone, [next, ...rest]);
  }
}

type Version = () => Field | Promise<Field>;

/** Adds missing codes, by which a field of the file may turn out to be the same as `phone`, `email` or `website`. */
async function withCodes(
  tools: FieldTools,
  entityType: EntityType,
  encoded: readonly EncodedField[],
): Promise<EncodedField[]> {
  const shortCuts = encoded.map(({ field }) => field).filter(({ id }) => id === undefined);
  const isLike = (a: Field, b: Field) => a.type === b.type || (hasKinds(a) && hasKinds(b));
  const complete = async (one: EncodedField) => {
    const { field } = one;
    const isInDoubt = field.code === null && shortCuts.some((shortCut) => isLike(shortCut, field));
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
  const codeOf = ({ field }: EncodedField) => fold(field.code ?? '');
  const shortCuts = new Set(encoded.filter(({ field }) => field.id === undefined).map(codeOf));
  const byField = Map.groupBy(encoded, (one) => (shortCuts.has(codeOf(one)) ? codeOf(one) : one.field.id));
  return [...byField.values()].flatMap((twins) => givenTwice(twins.map(({ input }) => input)));
}
