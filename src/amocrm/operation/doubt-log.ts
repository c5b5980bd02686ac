import type { OfAddress } from './claim-log.ts';

/**
 * An identity in doubt, and until when (milliseconds since 1970 by amoCRM's clock): a create for it may still be
 * carried out.
 */
export interface Doubt {
  identity: string;
  until: number;
}

/**
 * Keeps identities in doubt across restarts: an operation that finds nothing for one of them must not create meanwhile.
 * A change is written to disk one turn of the event loop later, without a flush: it survives the end of the process,
 * but not always that of the machine.
 */
export interface DoubtLog {
  /**
   * The latest call for an identity counts. Never rejects; what cannot be written is tried again with the next. Resolves
   * once it has been tried.
   */
  add(identities: readonly string[], until: number): Promise<void>;
  /** Removes an identity: the create has been answered, or certainly did not happen. Neither waits nor throws. */
  remove(identities: readonly string[]): void;
  /** Identities that may still be in doubt, at any address, the first to expire first. Rejects when the disk cannot be read. */
  recent(): Promise<(Doubt & OfAddress)[]>;
}
