import type { Clock } from '../../clock.ts';
import { type ClaimLog, claimKeptMs, maxClaims } from '../operation/claim-log.ts';
import type { LoggedWrite } from '../operation/write-log.ts';

/** What keeps claims of writes without a log of their own. */
export interface ClaimKeeper extends Pick<ClaimLog, 'add'> {
  /** Told of each claim. */
  onClaim?(): void;
}

export type Claims = ReturnType<typeof createClaims>;

/** Ids that an answer has returned to a caller: no other create may get them. Also on disk. */
export function createClaims({ add: save, onClaim = () => {} }: ClaimKeeper, clock: Clock) {
  /** By `path id`: the time of the claim, wall-clock milliseconds, oldest first. */
  const claimed = new Map<string, number>();
  let saved = Promise.resolve();

  function keep(path: string, id: number, at: number): void {
    claimed.set(`${path} ${id}`, at);
    for (const [key, since] of claimed) {
      if (claimed.size <= maxClaims && clock.wall() - since < claimKeptMs) break;
      claimed.delete(key);
    }
  }

  return {
    /** Takes over a claim of an earlier process. */
    keep,
    /** Resolves when all ids claimed so far without a log are on disk, as far as that can be written. */
    saved: (): Promise<void> => saved,
    has: (path: string, id: number): boolean => claimed.has(`${path} ${id}`),
    /** Claims the id, which the answer of that write names; false where it is claimed already. */
    add(path: string, id: number, logged: Pick<LoggedWrite, 'claim'> | undefined): boolean {
      if (claimed.has(`${path} ${id}`)) return false;
      const at = clock.wall();
      keep(path, id, at);
      onClaim();
      if (logged === undefined) saved = save(path, id, at);
      else logged.claim({ collection: path, id, at });
      return true;
    },
  };
}
