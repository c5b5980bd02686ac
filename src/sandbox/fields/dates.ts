import Type from 'typebox';
import { joined } from '../validation/accept.ts';
import { wrongType } from '../validation/violation.ts';
import { type Codec, codec, type Place } from './codec.ts';

const DateElement = Type.Object(
  { value: Type.Union([Type.Integer(), Type.String()]) },
  { additionalProperties: false },
);
const RFC3339 = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/;

export const dateTime: Codec = codec(DateElement, ({ value }, place) => {
  const unix = toUnix(value, place);
  return unix === undefined ? undefined : { value: unix };
});

/** A date is the midnight of its day in the account's time zone. */
export const date: Codec = codec(DateElement, ({ value }, place) => {
  const unix = toUnix(value, place);
  return unix === undefined ? undefined : { value: midnight(unix, place.timezone) };
});

function toUnix(value: string | number, place: Place): number | undefined {
  if (typeof value === 'number') return value;
  const ms = RFC3339.test(value) ? Date.parse(value) : Number.NaN;
  if (!Number.isNaN(ms)) return Math.floor(ms / 1000);
  place.found.push(wrongType(joined(place.path, 'value'), 'int'));
  return undefined;
}

function midnight(unix: number, timezone: string): number {
  const local = unix + offset(unix, timezone);
  const start = local - (((local % 86_400) + 86_400) % 86_400);
  return start - offset(start - offset(unix, timezone), timezone);
}

/** One for each time zone that an account has had: to make one takes eighty times as long as to use it. */
const formats = new Map<string, Intl.DateTimeFormat>();

/** Seconds by which the time zone is ahead of UTC at that moment. */
export function offset(unix: number, timezone: string): number {
  const known = formats.get(timezone);
  const format = known ?? new Intl.DateTimeFormat('en', { timeZone: timezone, timeZoneName: 'longOffset' });
  if (known === undefined) formats.set(timezone, format);
  const name = format.formatToParts(unix * 1000).find((part) => part.type === 'timeZoneName')?.value ?? 'GMT';
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT([+-])(\d\d):(\d\d)/.exec(name) ?? [];
  return (sign === '-' ? -1 : 1) * (Number(hours) * 3600 + Number(minutes) * 60);
}
