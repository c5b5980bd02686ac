import type { Codec } from './codec.ts';
import { type Field, FieldError } from './field.ts';
import { inZone, momentForms, readMoment, sameDay } from './moment.ts';

/** A day in the account's time zone: sent as its start, which is what amoCRM keeps, and read back as the day. */
export const dateCodec: Codec = {
  accepts: momentForms,
  needsZone: true,
  encode: (value, field, zone) => [{ value: sameDay(toSeconds(value, field, zone), zone) }],
  decode: (values, _field, zone) => fromSeconds(values[0]?.value, zone)?.toPlainDate().toString(),
};

/** Reads back as ISO 8601 with the account's offset. */
export const dateTimeCodec: Codec = {
  accepts: momentForms,
  needsZone: true,
  encode: (value, field, zone) => [{ value: toSeconds(value, field, zone) }],
  decode: (values, _field, zone) => fromSeconds(values[0]?.value, zone)?.toString({ timeZoneName: 'never' }),
};

function toSeconds(value: unknown, { name, type }: Field, zone: string): number {
  const moment = readMoment(value, zone);
  if ('seconds' in moment) return moment.seconds;
  const shown = JSON.stringify(value)?.slice(0, 100);
  const message = `"${name}" (${type}) takes ${momentForms}, not ${shown}${moment.hint}`;
  throw new FieldError('INVALID_FIELD_VALUE', message);
}

function fromSeconds(value: unknown, zone: string) {
  const seconds = typeof value === 'string' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isInteger(seconds) ? inZone(seconds, zone) : undefined;
}
