import { type Clock, sleep } from '../../clock.ts';
import type { Scan } from './directory-state.ts';

/** Share of the limit that a fill takes at most, and that catch-ups do. */
const fillShare = 0.5;
export const catchUpShare = 0.5;
/** Calls of a catch-up as a rule. */
const callsPerCatchUp = 2;
/** amoCRM discourages reading all data over and over, so mending is slow. */
const mendPerSecond = 1;

/** Calls that are made at once: one for a page, more for a catch-up. */
export type ScanCalls = 'page' | 'catch-up';

/** Makes the function that waits until the next calls of a scan may go out. */
export function createPace(clock: Clock, rateLimit: number) {
  const spaceOut = createSpacing(clock);
  const most = rateLimit * fillShare;
  const perSecond = { fill: most, mend: Math.min(mendPerSecond, most) };
  return (kind: Scan['kind'], what: ScanCalls, signal: AbortSignal): Promise<void> =>
    spaceOut(what, perSecond[kind], signal);
}

/**
 * Makes the function that waits until the next catch-up may begin, or the next page of a long one. Callers that arrive
 * meanwhile share that catch-up (single-flight).
 */
export function createCatchUpPace(clock: Clock, rateLimit: number) {
  const spaceOut = createSpacing(clock);
  return (what: ScanCalls, signal: AbortSignal): Promise<void> => spaceOut(what, rateLimit * catchUpShare, signal);
}

/** Calls wait until those before them have had their share of a second. */
function createSpacing(clock: Clock) {
  let freeAt = Number.NEGATIVE_INFINITY;

  return async (what: ScanCalls, perSecond: number, signal: AbortSignal): Promise<void> => {
    const now = clock.now();
    const dueAt = Math.max(now, freeAt);
    freeAt = dueAt + (callsOf(what) / perSecond) * clock.second;
    if (dueAt > now) await sleep(clock, dueAt - now, signal);
  };
}

function callsOf(what: ScanCalls): number {
  return what === 'page' ? 1 : callsPerCatchUp;
}
