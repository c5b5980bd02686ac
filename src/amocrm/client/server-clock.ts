import type { Clock } from '../../clock.ts';

/** What is known of amoCRM's clock, from the dates of its answers. */
export function createServerClock(clock: Clock) {
  /** Milliseconds by which it is ahead of ours: no less and no more than this. */
  let ahead = { least: 0, most: 0 };

  return {
    /** Unix seconds that it showed at a moment of ours (wall-clock ms): at the earliest, at the latest. */
    at: (wallMs: number): { earliest: number; latest: number } => ({
      earliest: (wallMs + ahead.least) / 1000,
      latest: (wallMs + ahead.most) / 1000,
    }),
    /**
     * An answer is dated, in whole seconds, at some moment of its call, which began at `startedAt` (wall-clock ms): a slow
     * one says little, many narrow it down.
     */
    learn(header: string | null, startedAt: number): void {
      const date = header === null ? Number.NaN : Date.parse(header);
      if (Number.isNaN(date)) return;
      const seen = { least: date - clock.wall(), most: date + 1000 - startedAt };
      const both = { least: Math.max(ahead.least, seen.least), most: Math.min(ahead.most, seen.most) };
      // What contradicts the former answers means that a clock has been set.
      ahead = both.least <= both.most ? both : seen;
    },
  };
}
