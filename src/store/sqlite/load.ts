import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { freeShareOf } from '../free-share.ts';
import type { StoreLoad } from '../store.ts';
import { pragma } from './pragma.ts';

/** Milliseconds between counts: counting reads all keys, 40 ms for a million. */
const countedForMs = 60_000;

export function createLoad(database: DatabaseSync, directory: string, now: () => number): () => Promise<StoreLoad> {
  const count = database.prepare('SELECT count(*) AS keys FROM keys');
  let keys = 0;
  let countedAt = Number.NEGATIVE_INFINITY;

  function countKeys(): number {
    if (Math.abs(now() - countedAt) < countedForMs) return keys;
    countedAt = now();
    keys = Number(count.get()?.keys);
    return keys;
  }

  return async () => {
    const sizes = ['journal.db', 'journal.db-wal'].map((file) => sizeOf(join(directory, file)));
    return {
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      freeBytes: Number(pragma(database, 'freelist_count')) * Number(pragma(database, 'page_size')),
      keys: countKeys(),
      diskFreeShare: freeShareOf(directory),
    };
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
