import type { Clock } from '../../clock.ts';

/** A span of amoCRM's time, unix seconds. */
export interface Span {
  earliest: number;
  latest: number;
}

export type ServerClock = ReturnType<typeof createServerClock>;

/**
 * What is known of amoCRM's clock, from the dates of its answers. It is held against our monotonic clock, so that a step of
 * our wall clock changes nothing.
 */
export function createServerClock(clock: Clock) {
  const guess = clock.wall() - clock.now();
  /** Milliseconds by which it is ahead of our monotonic clock: no less and no more than this. */
  let ahead = { least: guess, most: guess };

  return {
    /** What it showed at a moment of ours (monotonic ms). */
    at: (nowMs: number): Span => ({
      earliest: (nowMs + ahead.least) / 1000,
      latest: (nowMs + ahead.most) / 1000,
    }),
    /**
     * An answer is dated, in whole seconds, at some moment of its call, which began at `startedAt` (monotonic ms): a slow
     * one says little, many narrow it down.
     */
    learn(header: string | null, startedAt: number): void {
      const date = header === null ? Number.NaN : Date.parse(header);
      if (Number.isNaN(date)) return;
      const seen = { least: date - clock.now(), most: date + 1000 - startedAt };
      const both = { least: Math.max(ahead.least, seen.least), most: Math.min(ahead.most, seen.most) };
      // What contradicts the former answers means that a clock has been set.
      ahead = both.least <= both.most ? both : seen;
    },
  };
}
