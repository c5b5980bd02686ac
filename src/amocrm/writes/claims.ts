import type { Clock } from '../../clock.ts';
import type { ClaimLog } from '../operation/claim-log.ts';

/** Longer than any answer names an id after it was made. */
const keptMs = 10 * 60_000;
/** At 7 calls of 50 a second so many are named in ten minutes. */
const maxClaims = 250_000;

export type Claims = ReturnType<typeof createClaims>;

/** Ids that an answer has named lately: they are nobody else's. Kept on disk too, for the next process. */
export function createClaims(log: Pick<ClaimLog, 'add'>, clock: Clock) {
  /** Times are wall-clock milliseconds; the oldest come first. */
  const claimed = new Map<string, number>();

  function keep(path: string, id: number, at: number): void {
    claimed.set(`${path} ${id}`, at);
    for (const [key, since] of claimed) {
      if (claimed.size <= maxClaims && clock.wall() - since < keptMs) break;
      claimed.delete(key);
    }
  }

  return {
    /** One that an earlier process has named. */
    keep,
    has: (path: string, id: number): boolean => claimed.has(`${path} ${id}`),
    /** False where the id is somebody's already. */
    add(path: string, id: number): boolean {
      if (claimed.has(`${path} ${id}`)) return false;
      const now = clock.wall();
      keep(path, id, now);
      log.add(path, id, now);
      return true;
    },
  };
}
