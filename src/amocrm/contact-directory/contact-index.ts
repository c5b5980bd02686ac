import type { DirectoryState } from './directory-state.ts';

/** A value that a contact holds, in a form that is equal for all spellings of it. */
export interface HeldValue {
  /** The id of its custom field, or one of `kinds`. */
  kind: number;
  text: string;
}

export interface IndexedContact {
  id: number;
  /** Unix seconds by amoCRM's clock; 0 where unknown. */
  updatedAt: number;
  values: readonly HeldValue[];
}

export interface PutOptions {
  /** The stamp of the read, taken when it was sent, or of the write, taken when it was answered. */
  stamp: number;
  /**
   * Unix seconds: versions that are older can change no more, so one that is known is not compared again. Absent: all are
   * compared.
   */
  settledBefore?: number;
  /** Removes nothing: the contacts may hold further values, or it is not known yet who else holds them now. */
  addsOnly?: boolean;
}

/** A contact that a read has shown to differ from what the index had. */
export interface Difference {
  contact: IndexedContact;
  what: 'missing' | 'changed';
  /** Whether the index still has a value for it that it does not hold. */
  isOutdated: boolean;
}

export interface IndexSize {
  contacts: number;
  /** Bytes of its files. */
  bytes: number;
}

/**
 * Gives the ids of contacts by the values that they hold. It may give a contact that does not hold the value any more, so
 * callers verify each. All methods may throw when the file is damaged or the disk fails; `renew` then helps.
 */
export interface ContactIndex {
  /** Ids of contacts that held the value when they were last read, lowest first, so many at most. */
  find(value: HeldValue, most: number): number[];
  /** A number for a read that is sent now: higher than all before, those of earlier processes too. */
  stamp(): number;
  /**
   * Takes contacts as a read has shown them. Of a contact that has a later stamp nothing is removed: an older page that
   * was on the wire must not overwrite what is known since. Returns those that differ from what was known.
   */
  put(contacts: readonly IndexedContact[], options: PutOptions): Difference[];
  /** Removes a contact, unless it has been seen since the stamp. */
  drop(id: number, stamp: number): void;
  /** Ids above `after` of contacts last seen before the stamp, lowest first, so many at most. */
  unseen(stamp: number, after: number, most: number): number[];
  /**
   * Compares the next part of a file that was too large to be compared when it was opened, and tells whether that was the
   * last. Throws where a value does not lead to its contact.
   */
  check(): boolean;
  state(): DirectoryState;
  save(state: DirectoryState): void;
  size(): IndexSize;
  /** Begins anew with an empty file and another key. */
  renew(): void;
  close(): void;
}
