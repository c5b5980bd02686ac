import { accepted, fieldMessages } from '../../messages/fields.ts';
import { joined } from '../../messages/message.ts';
import { cut } from '../../text/names.ts';
import type { Codec } from './codec.ts';
import { type Field, FieldError } from './field.ts';
import { inZone, readMoment, sameDay } from './moment.ts';

/** A day in the account's time zone: sent as its start, which is what amoCRM keeps, and read back as the day. */
export const dateCodec: Codec = {
  accepts: accepted.moment,
  needsZone: true,
  encode: (value, field, zone) => [{ value: sameDay(toSeconds(value, field, zone), zone) }],
  decode: (values, _field, zone) => fromSeconds(values[0]?.value, zone)?.toPlainDate().toString(),
};

/** Reads back as ISO 8601 with the account's offset. */
export const dateTimeCodec: Codec = {
  accepts: accepted.moment,
  needsZone: true,
  encode: (value, field, zone) => [{ value: toSeconds(value, field, zone) }],
  decode: (values, _field, zone) => fromSeconds(values[0]?.value, zone)?.toString({ timeZoneName: 'never' }),
};

function toSeconds(value: unknown, { name, type }: Field, zone: string): number {
  const moment = readMoment(value, zone);
  if ('seconds' in moment) return moment.seconds;
  const shown = cut(String(JSON.stringify(value)));
  const message = fieldMessages.takes(name, type, accepted.moment, shown);
  throw new FieldError('INVALID_FIELD_VALUE', joined([message, moment.hint]));
}

function fromSeconds(value: unknown, zone: string) {
  const seconds = typeof value === 'string' ? Number(value) : value;
  return typeof seconds === 'number' && Number.isInteger(seconds) ? inZone(seconds, zone) : undefined;
}
