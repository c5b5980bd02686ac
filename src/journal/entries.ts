import { writtenOf } from '../amocrm/writes/answers.ts';
import type { Written } from '../problems/document.ts';
import { type Entry, placeOf, readEntry } from './entry.ts';
import type { WriteRow } from './rows.ts';

/** The writes of one key, in the order in which they began. */
export function createEntries(rows: readonly WriteRow[]) {
  const entries = new Map<string, Entry>(rows.map(readEntry).map((entry) => [placeOf(entry), entry]));

  return {
    /** The entry at this place; a new one has not been sent. */
    at(step: number, name: string): Entry {
      const fresh: Entry = { step, name, write: undefined, claims: [] };
      const entry = entries.get(placeOf(fresh)) ?? fresh;
      entries.set(placeOf(entry), entry);
      return entry;
    },
    /** Whether a step may have written something. */
    isBegun: (at: number): boolean => entries.values().some(({ step, write }) => step === at && write !== undefined),
    /** Whether nothing can have been written. */
    isUntouched: (): boolean => entries.values().every(({ write }) => write === undefined),
    /** What has certainly been written. */
    written: (): Written[] =>
      [...entries.values()].flatMap(({ write }) =>
        write?.answer === undefined ? [] : [writtenOf(write.collection, write.answer)],
      ),
  };
}
