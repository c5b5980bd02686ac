import type { Clock } from '../../clock.ts';

/** An interval of amoCRM's time, unix seconds. */
export interface Span {
  earliest: number;
  latest: number;
}

/** Estimates amoCRM's clock from dates of answers, so that a jump of our wall clock changes nothing. */
export function createServerClock(clock: Clock) {
  const guess = clock.wall() - clock.now();
  /** Bounds of its offset from our monotonic clock, milliseconds. */
  let ahead = { least: guess, most: guess };

  return {
    /** amoCRM's time at a moment of our monotonic clock (ms). */
    at: (nowMs: number): Span => ({
      earliest: (nowMs + ahead.least) / 1000,
      latest: (nowMs + ahead.most) / 1000,
    }),
    /**
     * Takes the date of an answer, in whole seconds, of a call that began at `startedAt` (monotonic ms). A slow call
     * narrows the bounds little, many calls narrow them well.
     */
    learn(header: string | null, startedAt: number): void {
      const date = header === null ? Number.NaN : Date.parse(header);
      if (Number.isNaN(date)) return;
      const seen = { least: date - clock.now(), most: date + 1000 - startedAt };
      const both = { least: Math.max(ahead.least, seen.least), most: Math.min(ahead.most, seen.most) };
      // A date outside the bounds means that a clock has been set: start anew.
      ahead = both.least <= both.most ? both : seen;
    },
  };
}
