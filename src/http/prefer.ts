import type { Message } from '../messages/message.ts';
import { requestMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import { cut, nearest } from '../text/names.ts';

/** What a request prefers, as far as this service knows it. */
export interface Preference {
  respondAsync: boolean;
  /** Seconds to wait for the end of a job. */
  wait: number;
}

export const maxWait = 25;

const respondAsync = 'respond-async';

/** Up to the next comma that is not inside of quotes; a preference ends at a semicolon. */
const part = /(?:[^",]|"(?:[^"\\]|\\.)*"?)+/g;
const form = /^\s*([^\s=;]+)\s*(?:=\s*"?([^";]*?)"?\s*)?(?:;|$)/;

/**
 * Reads a `Prefer` header (RFC 7240): names are compared without case, of several of one name the first counts, unknown
 * ones are ignored. Throws INVALID_REQUEST for a `wait` that is not kept to.
 */
export function readPreference(header: string | string[] | undefined): Preference {
  const found = preferencesIn(header);
  const wait = found.get('wait');
  const seconds = wait === undefined ? 0 : /^\d{1,2}$/.test(wait) ? Number(wait) : Number.NaN;
  if (!(seconds <= maxWait)) {
    throw new Problem('INVALID_REQUEST', requestMessages.waitRange(maxWait, cut(wait ?? '')));
  }
  return { respondAsync: found.has(respondAsync), wait: seconds };
}

/** What is said of a preference that was probably meant to be `respond-async`: it was ignored, as unknown ones are. */
export function warningsOfPreference(header: string | string[] | undefined): Message[] {
  if (header === undefined) return [];
  const names = [...preferencesIn(header).keys()];
  const stray = names.find((name) => name !== respondAsync && nearest(name, [respondAsync]).length > 0);
  return stray === undefined ? [] : [requestMessages.strayPreference(cut(stray), respondAsync)];
}

function preferencesIn(header: string | string[] | undefined): Map<string, string> {
  const found = new Map<string, string>();
  for (const [text] of String(header ?? '').matchAll(part)) {
    const [, name, value = ''] = form.exec(text) ?? [];
    const known = name?.toLowerCase();
    if (known !== undefined && !found.has(known)) found.set(known, value);
  }
  return found;
}
