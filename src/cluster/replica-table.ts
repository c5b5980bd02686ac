/** A process as others see it. */
export interface Replica {
  id: string;
  /** Where the others reach it. */
  url: string;
  version: string;
}

/** What the database says to a sign of life. */
export interface Beat {
  /** False once the lease has ended: whatever it owned may be another's. */
  isAlive: boolean;
  /** The database's clock, milliseconds since 1970. */
  wall: number;
}

/** An account that was taken. */
export interface Taken {
  epoch: number;
  /** Milliseconds until calls of the owner before count no more. */
  restMs: number;
}

/** The store of replicas and of who owns which account. All times are by the database's clock. */
export interface ReplicaTable {
  /** Begins a lease of so many milliseconds; false where another replica has one. */
  join(replica: Replica, leaseMs: number): Promise<boolean>;
  /** Renews the lease. */
  beat(id: string, leaseMs: number): Promise<Beat>;
  /** Ends the lease. */
  leave(id: string): Promise<void>;
  /** Makes a place for an account that is in no table of accounts. */
  declare(account: string): Promise<void>;
  /** Makes the replica the account's owner; undefined where it has no lease, or a replica that has one is the owner. */
  take(account: string, id: string): Promise<Taken | undefined>;
  /** Lets go of an account; of none that has another epoch. */
  release(account: string, epoch: number): Promise<void>;
}
