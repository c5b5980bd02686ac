import type { Clock } from '../../clock.ts';

const maxPauseSeconds = 60;
/** What a success adds to a reduced number of slots. */
const recovery = 0.2;

/**
 * What 429s do to the pace: everything pauses, ever longer while they last; then one call after the other tries whether
 * amoCRM takes it, and from the first success on slots come back little by little.
 */
export function createSlowDown(limit: number, clock: Clock) {
  let slots = limit;
  let blockedUntil = Number.NEGATIVE_INFINITY;
  let pauseSeconds = 0;
  let pausedAt = Number.NEGATIVE_INFINITY;
  /** Whether a call has to show first that the pause was long enough, and whether it is under way. */
  let trial: 'none' | 'due' | 'out' = 'none';

  return {
    /** How many may be on their way at once. */
    slots: () => Math.floor(slots),
    /** Milliseconds that the pause still lasts. */
    pauseMs: () => Math.max(0, blockedUntil - clock.now()),
    mayGo: () => clock.now() >= blockedUntil && trial !== 'out',
    /** To be called for each that goes. For the one that tries, gives what is to be called when it has ended, however. */
    go(): (() => void) | undefined {
      if (trial !== 'due') return undefined;
      trial = 'out';
      return () => {
        trial = 'due';
      };
    },
    /**
     * amoCRM answered 429 to a request sent at `sentAt` (monotonic ms). `askedSeconds` is what its Retry-After says.
     * Gives the new end of the pause (monotonic ms) where that is later than it was.
     */
    refuse(sentAt: number, askedSeconds: number | undefined): number | undefined {
      const now = clock.now();
      // What was on its way when the pause began belongs to the same excess.
      if (sentAt >= pausedAt) {
        pauseSeconds = Math.min(maxPauseSeconds, Math.max(1, pauseSeconds * 2));
        slots = Math.max(1, slots / 2);
        pausedAt = now;
      }
      if (trial === 'none') trial = 'due';
      const seconds = Math.min(maxPauseSeconds, Math.max(pauseSeconds, askedSeconds ?? 0));
      const until = now + seconds * clock.second;
      if (until <= blockedUntil) return undefined;
      blockedUntil = until;
      return until;
    },
    /** A usable answer came to a request sent at `sentAt`. False where that says nothing, as it was before the pause. */
    succeed(sentAt: number): boolean {
      if (sentAt < pausedAt) return false;
      pauseSeconds = 0;
      trial = 'none';
      slots = Math.min(limit, slots + recovery);
      return true;
    },
  };
}
