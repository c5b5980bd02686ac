import type { Temporal } from 'temporal-polyfill';
import { momentHints } from '../../messages/fields.ts';
import { type Message, nothing } from '../../messages/message.ts';
import { temporal } from './temporal.ts';

/** A moment, unix seconds. */
export interface Moment {
  seconds: number;
  /** `day`: a day alone was given, which begins then. `local`: a time without a zone, so of the account's. */
  precision: 'day' | 'local' | 'exact';
}

/** A number of more than eleven digits is in milliseconds, not in seconds. */
const maxSeconds = 99_999_999_999;
const plainDate = /^\d{4}-?\d{2}-?\d{2}$/;
const localTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?$/;
const zonedTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}(:?\d{2})?)$/i;

/**
 * Reads a moment as callers give it: unix seconds, a day, a time with or without a zone. `zone` is the account's time
 * zone (IANA name or offset). Where it is none, `hint` may say more.
 */
export function readMoment(value: unknown, zone: string): Moment | { hint: Message } {
  // Eight digits are ISO 8601's basic form of a day, not a moment of 1970.
  const isNumber = typeof value === 'string' && /^-?\d+$/.test(value) && !/^\d{8}$/.test(value);
  const seconds = isNumber ? Number(value) : value;
  if (typeof seconds === 'number') {
    if (Number.isInteger(seconds) && Math.abs(seconds) <= maxSeconds) return { seconds, precision: 'exact' };
    return { hint: Math.abs(seconds) > maxSeconds ? momentHints.milliseconds : nothing };
  }
  if (typeof value !== 'string') return { hint: nothing };
  try {
    return readIso(value.trim(), zone) ?? { hint: nothing };
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { hint: momentHints.noSuchDay };
  }
}

/** A plain date means the start of that day, a time without a zone is local time, both in the account's zone. */
function readIso(text: string, zone: string): Moment | undefined {
  if (plainDate.test(text)) return momentOf(temporal().PlainDate.from(text).toZonedDateTime(zone).toInstant(), 'day');
  if (localTime.test(text))
    return momentOf(temporal().PlainDateTime.from(text).toZonedDateTime(zone).toInstant(), 'local');
  return zonedTime.test(text) ? momentOf(temporal().Instant.from(text), 'exact') : undefined;
}

function momentOf({ epochMilliseconds }: Temporal.Instant, precision: Moment['precision']): Moment {
  return { seconds: Math.floor(epochMilliseconds / 1000), precision };
}

/** The moment on the wall clock of a zone. */
export function inZone(seconds: number, zone: string): Temporal.ZonedDateTime {
  return temporal()
    .Instant.fromEpochMilliseconds(seconds * 1000)
    .toZonedDateTimeISO(zone);
}

/** When that day begins, or has this time of day; unix seconds. */
export function sameDay(seconds: number, zone: string, time?: string): number {
  return secondsOf(inZone(seconds, zone).toPlainDate(), zone, time);
}

/** When the day after has this time of day; unix seconds. */
export function nextDay(seconds: number, zone: string, time: string): number {
  return secondsOf(inZone(seconds, zone).toPlainDate().add({ days: 1 }), zone, time);
}

function secondsOf(date: Temporal.PlainDate, zone: string, time?: string): number {
  const moment =
    time === undefined ? date.toZonedDateTime(zone) : date.toZonedDateTime({ timeZone: zone, plainTime: time });
  return Math.floor(moment.epochMilliseconds / 1000);
}
