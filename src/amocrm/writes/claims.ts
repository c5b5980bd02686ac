import type { Clock } from '../../clock.ts';
import type { ClaimLog } from '../operation/claim-log.ts';

/** As long as an Idempotency-Key is kept: a create in doubt may be looked for until then. */
const keptMs = 25 * 3_600_000;
const maxClaims = 100_000;

export type Claims = ReturnType<typeof createClaims>;

/** Ids that an answer has returned to a caller: no other create may get them. Also on disk. */
export function createClaims(log: Pick<ClaimLog, 'add'>, clock: Clock) {
  /** By `path id`: the time of the claim, wall-clock milliseconds, oldest first. */
  const claimed = new Map<string, number>();
  let saved = Promise.resolve();

  function keep(path: string, id: number, at: number): void {
    claimed.set(`${path} ${id}`, at);
    for (const [key, since] of claimed) {
      if (claimed.size <= maxClaims && clock.wall() - since < keptMs) break;
      claimed.delete(key);
    }
  }

  return {
    /** Takes over a claim of an earlier process. */
    keep,
    /** Resolves when all ids that have been claimed so far are on disk, as far as that can be written. */
    saved: (): Promise<void> => saved,
    has: (path: string, id: number): boolean => claimed.has(`${path} ${id}`),
    /** Claims the id; false where it is claimed already. */
    add(path: string, id: number): boolean {
      if (claimed.has(`${path} ${id}`)) return false;
      const now = clock.wall();
      keep(path, id, now);
      saved = log.add(path, id, now);
      return true;
    },
  };
}
