import type { Job } from '../job.ts';

/** Where a caller is told of the ends of its jobs. Times are ms since 1970. */
export interface Callback {
  caller: string;
  url: string;
  /** Signs each delivery. */
  secret: string;
  /** The secret before it, which signs too until then. */
  old: { secret: string; until: number } | undefined;
  changedAt: number;
  /** When the receiver's 410 has switched it off. */
  offAt: number | undefined;
}

/** A job whose caller is to be told of its end. */
export interface OwedDelivery {
  place: number;
  account: string;
  job: Job;
}

/** What has become of a delivery: `at` is when it is tried again, null where that was the last one. */
export interface DeliveryEnd {
  state: 'pending' | 'delivered' | 'failed';
  at: number | null;
  /** In the form of `keepText`. */
  failure: string | null;
}

export interface CallbackLoad {
  /** Deliveries that have failed and are tried again. */
  failing: number;
}

/**
 * The store of the callbacks of all callers, and of what they are owed. A promise rejects when the store cannot be read or did
 * not save the change. A job that ends while its caller has a callback that is on is owed to it in the same change.
 */
export interface CallbackStore {
  find(caller: string): Promise<Callback | undefined>;
  /** Replaces the callback, whose secret stays valid until `oldUntil`. False where there was none. */
  put(callback: Omit<Callback, 'old' | 'offAt'>, oldUntil: number): Promise<boolean>;
  /** False where there is none. */
  remove(caller: string): Promise<boolean>;
  /** Switches it off unless it has been changed since. */
  switchOff(callback: Callback, at: number): Promise<void>;
  /** Callers with deliveries that are pending. */
  owed(): Promise<string[]>;
  /** Places of deliveries that are due, the longest first. */
  due(caller: string, now: number, limit: number): Promise<number[]>;
  /**
   * Makes deliveries due at once whose next try is further away than it can be: `longestMs` is the longest wait after no
   * try, after one, and so on. Leaves out those at `except`, which are in progress.
   */
  hasten(caller: string, now: number, longestMs: readonly number[], except: readonly number[]): Promise<void>;
  /** When the next of those that are not due yet is so. */
  nextAt(caller: string, now: number): Promise<number | undefined>;
  /**
   * Takes a delivery that is still due: where several processes share the store it is due to the others only from `until` on,
   * unless its end is saved before.
   */
  take(place: number, now: number, until: number): Promise<OwedDelivery | undefined>;
  /** Saves a delivery's end, unless the job has been tried again meanwhile. */
  settle(delivery: OwedDelivery, end: DeliveryEnd): Promise<void>;
  /** Gives up so many pending deliveries; says how many there were. */
  drop(caller: string, limit: number): Promise<number>;
  /** Pending deliveries of an account’s jobs. */
  owedIn(account: string): Promise<number>;
  load(): Promise<CallbackLoad>;
}
