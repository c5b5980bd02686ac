import { Temporal } from 'temporal-polyfill';
import type { Codec } from './codec.ts';
import { type Field, FieldError } from './field.ts';

const accepts = 'unix seconds or ISO 8601 such as "2026-12-31" or "2026-12-31T18:30:00+03:00"';

/** A number of more than eleven digits is in milliseconds, not in seconds. */
const maxSeconds = 99_999_999_999;
const plainDate = /^\d{4}-?\d{2}-?\d{2}$/;
const localTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$/;
const zonedTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)$/i;

/** A day in the account's time zone: sent as its start, which is what amoCRM keeps, and read back as the day. */
export const dateCodec: Codec = {
  accepts,
  needsZone: true,
  encode: (value, field, zone) => [{ value: startOfDay(toSeconds(value, field, zone), zone) }],
  decode: (values, _field, zone) => fromSeconds(values[0]?.value, zone)?.toPlainDate().toString(),
};

/** Reads back as ISO 8601 with the account's offset. */
export const dateTimeCodec: Codec = {
  accepts,
  needsZone: true,
  encode: (value, field, zone) => [{ value: toSeconds(value, field, zone) }],
  decode: (values, _field, zone) => fromSeconds(values[0]?.value, zone)?.toString({ timeZoneName: 'never' }),
};

function startOfDay(seconds: number, zone: string): number {
  const moment = Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO(zone);
  return Math.floor(moment.startOfDay().epochMilliseconds / 1000);
}

function toSeconds(value: unknown, field: Field, zone: string): number {
  // Eight digits are ISO 8601's basic form of a day, not a moment of 1970.
  const isNumber = typeof value === 'string' && /^-?\d+$/.test(value) && !/^\d{8}$/.test(value);
  const seconds = isNumber ? Number(value) : value;
  if (typeof seconds === 'number') {
    if (Number.isInteger(seconds) && Math.abs(seconds) <= maxSeconds) return seconds;
    throw notADate(value, field, Math.abs(seconds) > maxSeconds ? '; this looks like milliseconds' : '');
  }
  if (typeof value !== 'string') throw notADate(value, field);
  try {
    const instant = parseIso(value.trim(), zone);
    if (instant !== undefined) return Math.floor(instant.epochMilliseconds / 1000);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw notADate(value, field, '; there is no such day or time');
  }
  throw notADate(value, field);
}

/** A plain date means the start of that day, a time without a zone is local time, both in the account's zone. */
function parseIso(text: string, zone: string): Temporal.Instant | undefined {
  if (plainDate.test(text)) return Temporal.PlainDate.from(text).toZonedDateTime(zone).toInstant();
  if (localTime.test(text)) return Temporal.PlainDateTime.from(text).toZonedDateTime(zone).toInstant();
  return zonedTime.test(text) ? Temporal.Instant.from(text) : undefined;
}

function fromSeconds(value: unknown, zone: string): Temporal.ZonedDateTime | undefined {
  const seconds = typeof value === 'string' ? Number(value) : value;
  if (typeof seconds !== 'number' || !Number.isInteger(seconds)) return undefined;
  return Temporal.Instant.fromEpochMilliseconds(seconds * 1000).toZonedDateTimeISO(zone);
}

function notADate(value: unknown, { name, type }: Field, hint = ''): FieldError {
  const shown = JSON.stringify(value)?.slice(0, 100);
  return new FieldError('INVALID_FIELD_VALUE', `"${name}" (${type}) takes ${accepts}, not ${shown}${hint}`);
}
