/** An identity for which a create may still turn up, until then, wall-clock milliseconds. */
export interface Doubt {
  identity: string;
  until: number;
}

/**
 * Where identities in doubt outlive a restart: whoever finds nothing for one of them must not create meanwhile. A change is
 * on disk one turn of the event loop later, but not flushed: it outlives the process, though not always the machine.
 */
export interface DoubtLog {
  /** Of several calls for one identity the latest counts. Neither waits nor throws; see `ClaimLog`. */
  add(identities: readonly string[], until: number): void;
  /** The create has been answered, or certainly did not happen. */
  remove(identities: readonly string[]): void;
  /** Those whose end is still to come, the nearest first. Rejects when the disk cannot be read. */
  recent(): Promise<Doubt[]>;
}
