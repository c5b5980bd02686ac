/** A process as others see it. */
export interface Replica {
  id: string;
  /** Where the others reach it. */
  url: string;
  version: string;
}

/** The replica that has an account. */
export type Owner = Pick<Replica, 'id' | 'url'>;

/** What the database answers to a heartbeat. */
export interface Beat {
  /** False once the lease has ended: another replica may own its accounts. */
  isAlive: boolean;
  /** The database's clock, milliseconds since 1970. */
  wall: number;
  /** How many replicas have a lease and do not go down. */
  live: number;
  /** How many accounts have ever been deleted. */
  deletions: number;
}

/** An account that was taken. */
export interface Taken {
  epoch: number;
  /** Counts the changes of the account’s settings. */
  version: number;
  /** Milliseconds until calls of the owner before count no more. */
  restMs: number;
  /** How many accounts had been deleted before it was added in place of another of its id; 0 where it was not. */
  addedAfter: number;
}

/** An account that needs a look: one of the replica’s own, or one that has work and no owner. */
export interface Surveyed {
  account: string;
  isOwn: boolean;
  version: number;
  /** Nobody need have it: it is switched off. */
  isOff: boolean;
}

/**
 * The store of replicas and of who owns which account. All times are by the database's clock. Rejects with Elsewhere
 * where the database cannot be used.
 */
export interface ReplicaTable {
  /** The database's clock, milliseconds since 1970. */
  wall(): Promise<number>;
  /** Begins a lease of so many milliseconds. */
  join(replica: Replica, leaseMs: number): Promise<void>;
  /** Renews the lease. */
  beat(id: string, leaseMs: number): Promise<Beat>;
  /** Lets no account be given to it any more. */
  drain(id: string): Promise<void>;
  /** Ends the lease. */
  leave(id: string): Promise<void>;
  /** Lets an account be owned that is in no table of accounts: that of the settings. */
  declare(account: string): Promise<void>;
  /**
   * The replica that owns the account; where none with a lease does it is given to that with the fewest. Undefined
   * where there is no such account, or nobody to give it to.
   */
  locate(account: string): Promise<Owner | undefined>;
  /** The owners of these that have one with a lease. */
  owners(accounts: readonly string[]): Promise<(Owner & { account: string })[]>;
  /** Those of these accounts that are not deleted. */
  there(accounts: readonly string[]): Promise<string[]>;
  /** Makes the replica the account's owner; undefined where it has no lease, or a replica that has one is the owner. */
  take(account: string, id: string): Promise<Taken | undefined>;
  /** Lets go of an account; of none that has another epoch. */
  release(account: string, epoch: number): Promise<void>;
  /**
   * The replica's own accounts; those whose owner has no lease any more; and of those without one the account of the
   * settings, and all with open jobs.
   */
  survey(id: string): Promise<Surveyed[]>;
}
