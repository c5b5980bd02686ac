import { type Clock, sleep } from '../../clock.ts';
import type { Scan } from './directory-state.ts';

/** Share of the limit that a fill takes at most, and that catch-ups do. */
const fillShare = 0.5;
const catchUpShare = 0.5;
/** Calls of a catch-up as a rule. */
const callsPerCatchUp = 2;
/** amoCRM frowns on whoever goes through all its data again and again, so mending takes its time. */
const mendPerSecond = 1;

/** Calls that a scan makes at once: one for a page, more for a catch-up. */
export type ScanCalls = 'page' | 'catch-up';

/** Makes the function that waits until the next calls of a scan may go out. */
export function createPace(clock: Clock, rateLimit: number) {
  let freeAt = Number.NEGATIVE_INFINITY;

  return async function pace(kind: Scan['kind'], what: ScanCalls, signal: AbortSignal): Promise<void> {
    const most = rateLimit * fillShare;
    const perSecond = kind === 'fill' ? most : Math.min(mendPerSecond, most);
    const calls = what === 'page' ? 1 : callsPerCatchUp;
    const now = clock.now();
    const dueAt = Math.max(now, freeAt);
    freeAt = dueAt + (calls / perSecond) * clock.second;
    if (dueAt > now) await sleep(clock, dueAt - now, signal);
  };
}

/** Makes the function that waits until the next catch-up may begin: whoever comes meanwhile shares it. */
export function createCatchUpPace(clock: Clock, rateLimit: number) {
  const gapMs = (callsPerCatchUp / (rateLimit * catchUpShare)) * clock.second;
  let begunAt = Number.NEGATIVE_INFINITY;

  return async function pace(signal: AbortSignal): Promise<void> {
    const leftMs = begunAt + gapMs - clock.now();
    if (leftMs > 0) await sleep(clock, leftMs, signal);
    begunAt = clock.now();
  };
}
