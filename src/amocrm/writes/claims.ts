import type { Clock } from '../../clock.ts';
import type { ClaimLog } from '../operation/claim-log.ts';

/** As long as a key is kept: so late a create in doubt may still be looked for. */
const keptMs = 25 * 3_600_000;
const maxClaims = 100_000;

export type Claims = ReturnType<typeof createClaims>;

/** Ids that an answer has named: they are nobody else's. Kept on disk too, for the next process. */
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
