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

/** Where the journal keeps its keys and their writes. A promise rejects when the disk did not take the change. */
export interface KeyStore {
  findKey(name: KeyName): KeyRow | undefined;
  /** In the order in which they were begun. */
  writesOf(name: KeyName): WriteRow[];
  /** Creates without an answer. */
  openCreates(): WriteRow[];
  /** Ids of creates that are answered, latest last. */
  claims(): { collection: string; id: number }[];
  put(change: Change): Promise<void>;
  drop(name: KeyName): Promise<void>;
  /** Clears away keys that nothing has happened to for more than a day. */
  expire(): Promise<void>;
}
