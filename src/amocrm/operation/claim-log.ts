/** An entity whose id an answer has named, and when, wall-clock milliseconds. */
export interface Claim {
  collection: string;
  id: number;
  at: number;
}

/**
 * Where ids that answers have named outlive a restart, those of requests without a key too. An id is on disk one turn of the
 * event loop after `add`, but not flushed: it outlives the process, though not always the machine.
 */
export interface ClaimLog {
  /** Neither waits nor throws; what the disk does not take is tried again with the next. */
  add(collection: string, id: number, at: number): void;
  /** Those of the last 25 hours, which is longer than keys are kept, latest last; 100,000 at most. Rejects when the disk cannot be read. */
  recent(): Promise<Claim[]>;
}
