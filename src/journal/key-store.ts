import type { KeyRow, WriteRow } from './rows.ts';

/** A key of one caller. */
export interface KeyName {
  caller: string;
  key: string;
}

/** What is to become of a key and of those of its writes that have changed. */
export interface Change {
  name: KeyName;
  row: Omit<KeyRow, 'changed_at'>;
  writes: readonly WriteChange[];
}

export interface WriteChange {
  step: number;
  name: string;
  /** undefined where there is to be no row any more. */
  row: Omit<WriteRow, 'caller' | 'key' | 'step' | 'name'> | undefined;
}

/** A key that has begun to write, with its writes in the order in which they were begun. */
export interface KeptKey {
  row: KeyRow;
  writes: WriteRow[];
}

/**
 * Where the journal keeps its keys and their writes. A promise rejects when the store cannot be read, or did not take the
 * change. A read sees every change whose promise has resolved.
 */
export interface KeyStore {
  /** undefined for a key that nothing has happened to for a day. */
  find(name: KeyName): Promise<KeptKey | undefined>;
  /** Creates without an answer of keys that have changed after `since`, by the store's clock, milliseconds since 1970. */
  openCreates(since: number): Promise<WriteRow[]>;
  put(change: Change): Promise<void>;
  drop(name: KeyName): Promise<void>;
  /** Clears away keys that nothing has happened to for more than a day. */
  expire(): Promise<void>;
}
