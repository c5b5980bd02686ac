import { type Clock, sleep } from '../../clock.ts';
import type { Scan } from './directory-state.ts';

/** Share of the limit that a fill takes at most, and that catch-ups do. */
const fillShare = 0.5;
export const catchUpShare = 0.5;
/** Calls of a catch-up as a rule. */
const callsPerCatchUp = 2;
/** amoCRM frowns on whoever goes through all its data again and again, so mending takes its time. */
const mendPerSecond = 1;

/** Calls that are made at once: one for a page, more for a catch-up. */
export type ScanCalls = 'page' | 'catch-up';

/** Makes the function that waits until the next calls of a scan may go out. */
export function createPace(clock: Clock, rateLimit: number) {
  let freeAt = Number.NEGATIVE_INFINITY;

  return async function pace(kind: Scan['kind'], what: ScanCalls, signal: AbortSignal): Promise<void> {
    const most = rateLimit * fillShare;
    const perSecond = kind === 'fill' ? most : Math.min(mendPerSecond, most);
    const now = clock.now();
    const dueAt = Math.max(now, freeAt);
    freeAt = dueAt + (callsOf(what) / perSecond) * clock.second;
    if (dueAt > now) await sleep(clock, dueAt - now, signal);
  };
}

/**
 * Makes the function that waits until the next catch-up may begin, which whoever comes meanwhile shares, or the next page of
 * one that takes many.
 */
export function createCatchUpPace(clock: Clock, rateLimit: number) {
  let freeAt = Number.NEGATIVE_INFINITY;

  return async function pace(what: ScanCalls, signal: AbortSignal): Promise<void> {
    const now = clock.now();
    const dueAt = Math.max(now, freeAt);
    freeAt = dueAt + (callsOf(what) / (rateLimit * catchUpShare)) * clock.second;
    if (dueAt > now) await sleep(clock, dueAt - now, signal);
  };
}

function callsOf(what: ScanCalls): number {
  return what === 'page' ? 1 : callsPerCatchUp;
}
