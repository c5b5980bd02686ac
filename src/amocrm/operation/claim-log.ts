/**
 * Milliseconds for which a claim counts: an hour longer than an Idempotency-Key, by which a create in doubt may be looked
 * for, since a request may begin when its key is about to expire.
 */
export const claimKeptMs = 25 * 3_600_000;
/** Claims that are kept at most: more than the entities among which a create in doubt is looked for. */
export const maxClaims = 100_000;

/** An entity whose id an answer has returned to a caller, and when (wall-clock milliseconds). */
export interface Claim {
  collection: string;
  id: number;
  at: number;
}

/** What belongs to the account of amoCRM at an address; null in what an earlier release has kept. */
export interface OfAddress {
  address: string | null;
}

/**
 * Keeps claimed ids across restarts, also those of requests without a key. An id is written to disk one turn of the
 * event loop after `add`, without a flush: it survives the end of the process, but not always that of the machine.
 */
export interface ClaimLog {
  /**
   * Never rejects; what cannot be written is tried again with the next. Resolves once it has been tried: an id is on disk
   * before an answer names it.
   */
  add(collection: string, id: number, at: number): Promise<void>;
  /** The claims that count, at any address, latest last, `maxClaims` at most. Rejects when the disk cannot be read. */
  recent(): Promise<(Claim & OfAddress)[]>;
}
