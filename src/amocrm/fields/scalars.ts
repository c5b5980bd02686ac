import { Type } from 'typebox';
import { accepted, fieldMessages } from '../../messages/fields.ts';
import type { Message } from '../../messages/message.ts';
import type { Path } from '../../problems/problem.ts';
import { checkOf } from '../../schemas/check.ts';
import { cut, fold } from '../../text/names.ts';
import type { FieldValue } from '../shapes/entities.ts';
import { type Channel, channelOf } from '../shapes/field-ref.ts';
import type { Codec } from './codec.ts';
import { type Field, FieldError } from './field.ts';

export const textCodec: Codec = {
  accepts: accepted.text,
  encode: (value, field) => [{ value: toText(value, field, textCodec.accepts) }],
  decode: (values) => values[0]?.value,
};

const plainNumber = /^-?\d+(\.\d+)?$/;

export const numericCodec: Codec = {
  accepts: accepted.number,
  encode(value, field) {
    const text = typeof value === 'number' ? String(value) : value;
    if (typeof text !== 'string' || !plainNumber.test(text)) throw invalid(value, field, numericCodec.accepts);
    return [{ value: text }];
  },
  decode(values) {
    const value = values[0]?.value;
    // A number where no digit is lost, here and in the caller's JSON; else amoCRM's text.
    const isExact = String(Number(value)) === value && Math.abs(Number(value)) <= Number.MAX_SAFE_INTEGER;
    return isExact ? Number(value) : value;
  },
};

const truths = new Map<unknown, boolean>([
  [true, true],
  [1, true],
  ['1', true],
  ['true', true],
  ['да', true],
  [false, false],
  [0, false],
  ['0', false],
  ['false', false],
  ['нет', false],
]);

export const checkboxCodec: Codec = {
  accepts: accepted.truth,
  encode(value, field) {
    const truth = truths.get(typeof value === 'string' ? fold(value) : value);
    if (truth === undefined) throw invalid(value, field, checkboxCodec.accepts);
    return [{ value: truth }];
  },
  decode: (values) => values[0]?.value,
};

/** Kinds of phones and e-mails that every account has. Source: developers' reference, custom fields. */
const builtInKinds: Record<Channel, readonly string[]> = {
  phone: ['WORK', 'WORKDD', 'MOB', 'FAX', 'HOME', 'OTHER'],
  email: ['WORK', 'PRIV', 'OTHER'],
};

const withKind = checkOf(
  Type.Object(
    { value: Type.Union([Type.String({ pattern: '\\S' }), Type.Number()]), enum_code: Type.Optional(Type.String()) },
    { additionalProperties: false },
  ),
);

/** Phones, e-mails and messengers; without options the type means multi-line text in field map files. */
export const multitextCodec: Codec = {
  accepts: accepted.channel,
  encode(value, field) {
    const kinds = kindsOf(field);
    if (kinds.length === 0) return textCodec.encode(value, field, '');
    const list = Array.isArray(value) ? value : [value];
    if (list.length === 0) throw invalid(value, field, multitextCodec.accepts);
    return list.map((entry: unknown, index) => encodeEntry(entry, kinds, field, Array.isArray(value) ? [index] : []));
  },
  /** The first value: it is the main one in amoCRM's card, and text is what templates need. */
  decode: (values) => values[0]?.value,
};

function encodeEntry(entry: unknown, kinds: readonly string[], field: Field, place: Path): FieldValue {
  if (!withKind.accepts(entry)) {
    const text = toText(entry, field, multitextCodec.accepts, place);
    if (text.trim() === '') throw invalid(entry, field, multitextCodec.accepts, place);
    return { value: text, enum_code: kinds.find((kind) => kind === 'WORK') ?? kinds[0] ?? null };
  }
  const wanted = fold(entry.enum_code ?? 'WORK');
  const kind = kinds.find((candidate) => fold(candidate) === wanted);
  if (kind === undefined && entry.enum_code !== undefined) {
    const message = fieldMessages.noKind(cut(entry.enum_code), field.name, kinds.join(', '));
    throw new FieldError('UNKNOWN_OPTION', message, place);
  }
  return { value: String(entry.value), enum_code: kind ?? kinds[0] ?? null };
}

/** The kinds of a field with several values: codes such as WORK; none for plain text. */
export function kindsOf(field: Field): readonly string[] {
  const { type, options } = field;
  if (options.length > 0) return options.map((option) => option.code ?? option.value);
  const channel = channelOf(field);
  if (channel !== undefined) return builtInKinds[channel];
  // The type `multiphonemail` says phone or e-mail, not which: these kinds are common to both.
  return type === 'multiphonemail' ? builtInKinds.email.filter((kind) => builtInKinds.phone.includes(kind)) : [];
}

function toText(value: unknown, field: Field, accepts: Message, place?: Path): string {
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string' && value !== '') return value;
  throw invalid(value, field, accepts, place);
}

/** INVALID_FIELD_VALUE for a value of a field; `accepts` says what is right, `place` is the one in the value. */
export function invalid(value: unknown, field: Field, accepts: Message, place?: Path): FieldError {
  const shown = cut(String(JSON.stringify(value)));
  const { name, type } = field;
  return new FieldError('INVALID_FIELD_VALUE', fieldMessages.takes(name, type, accepts, shown), place);
}
