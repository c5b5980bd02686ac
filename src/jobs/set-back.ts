import type { Clock } from '../clock.ts';

/** A clock that is adjusted little by little goes back by less. */
const leastMs = 1000;

/**
 * Moments of the wall clock are kept on disk: once it has been set back, what waits for one waits for longer. Mends that,
 * whatever it is: at the first look, since the clock may have been set before, and whenever it has gone back since the last.
 */
export function createSetBack({
  now,
  wall,
}: Pick<Clock, 'now' | 'wall'>): (mend: () => Promise<void>) => Promise<void> {
  let ahead = Number.POSITIVE_INFINITY;
  return async (mend) => {
    const isAhead = wall() - now();
    if (isAhead < ahead - leastMs) await mend();
    ahead = isAhead;
  };
}
