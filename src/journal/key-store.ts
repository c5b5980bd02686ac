import type { Claim, OfAddress } from '../amocrm/operation/claim-log.ts';
import type { KeyRow, WriteRow } from './rows.ts';

export interface KeyName {
  caller: string;
  key: string;
}

export interface Change {
  name: KeyName;
  row: Omit<KeyRow, 'changed_at'>;
  writes: readonly WriteChange[];
  /** Ids that the answers of these writes name. */
  claims?: readonly (Claim & OfAddress)[];
}

export interface WriteChange {
  step: number;
  name: string;
  /** undefined deletes the row. */
  row: Omit<WriteRow, 'caller' | 'key' | 'step' | 'name'> | undefined;
}

/** A key that has begun to write, with its writes in the order in which they began. */
export interface KeptKey {
  row: KeyRow;
  writes: WriteRow[];
}

/**
 * The store of one account’s keys and their writes. A promise rejects when the store cannot be read or did not save the
 * change. A read sees every change whose promise has resolved.
 */
export interface KeyStore {
  /** undefined for a key that has not changed for a day. */
  find(name: KeyName): Promise<KeptKey | undefined>;
  /** Creates without an answer of keys that have changed after `since`, by the store's clock, milliseconds since 1970. */
  openCreates(since: number): Promise<WriteRow[]>;
  put(change: Change): Promise<void>;
  drop(name: KeyName): Promise<void>;
}
