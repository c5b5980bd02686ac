import type { Store } from '../store/store.ts';

/** Times as the account's people read them, in its time zone. From unix seconds. */
export function dateText(seconds: number, { account }: Store): string {
  return format(seconds, account.timezone, { dateStyle: 'short' });
}

export function momentText(seconds: number, { account }: Store): string {
  return format(seconds, account.timezone, { dateStyle: 'short', timeStyle: 'short' });
}

export function clockText(seconds: number, { account }: Store): string {
  return format(seconds, account.timezone, { timeStyle: 'medium' });
}

/** Seconds as minutes and seconds. */
export function spanText(seconds: number): string {
  return seconds < 60 ? `${seconds} с` : `${Math.floor(seconds / 60)} мин ${seconds % 60} с`;
}

const formats = new Map<string, Intl.DateTimeFormat>();

function format(seconds: number, timeZone: string, options: Intl.DateTimeFormatOptions): string {
  const key = JSON.stringify([timeZone, options]);
  const known = formats.get(key) ?? new Intl.DateTimeFormat('ru', { timeZone, ...options });
  formats.set(key, known);
  // What a client sends as a time may lie beyond the last day there is.
  return Math.abs(seconds) <= 8.64e12 ? known.format(seconds * 1000) : String(seconds);
}
