import type { Clock } from '../../clock.ts';

const maxPauseSeconds = 60;
/** What each success adds to a reduced number of slots. */
const recovery = 0.2;

/**
 * The back-off after 429s: all calls pause, longer each time; then single calls try whether amoCRM takes them, and from
 * the first success on slots come back little by little.
 */
export function createSlowDown(limit: number, clock: Clock) {
  let slots = limit;
  let blockedUntil = Number.NEGATIVE_INFINITY;
  let pauseSeconds = 0;
  let pausedAt = Number.NEGATIVE_INFINITY;
  /** Whether a single call has to try first, and whether it is in flight. */
  let trial: 'none' | 'due' | 'out' = 'none';

  return {
    /** How many calls may be in flight at once. */
    slots: () => Math.floor(slots),
    pauseMs: () => Math.max(0, blockedUntil - clock.now()),
    mayGo: () => clock.now() >= blockedUntil && trial !== 'out',
    /** For each call sent. For the one that tries, returns what is to be called when it has ended. */
    go(): (() => void) | undefined {
      if (trial !== 'due') return undefined;
      trial = 'out';
      return () => {
        trial = 'due';
      };
    },
    /**
     * To be called when amoCRM answered 429 to a request sent at `sentAt` (monotonic ms). `askedSeconds` is its
     * Retry-After. Returns the new end of the pause (monotonic ms) where that is later than before.
     */
    refuse(sentAt: number, askedSeconds: number | undefined): number | undefined {
      const now = clock.now();
      // Calls that were in flight when the pause began belong to the same burst.
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
    /** For a usable answer to a request sent at `sentAt`; false where that was before the pause. */
    succeed(sentAt: number): boolean {
      if (sentAt < pausedAt) return false;
      pauseSeconds = 0;
      trial = 'none';
      slots = Math.min(limit, slots + recovery);
      return true;
    },
  };
}
