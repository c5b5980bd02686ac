import { statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { pragma } from './pragma.ts';

export interface StoreLoad {
  /** Bytes of the file and its write-ahead log. */
  bytes: number;
  /** Bytes of free pages, which are used before the file grows. */
  freeBytes: number;
  keys: number;
  /** The free share of the disk, 0 to 1. */
  diskFreeShare: number;
}

/** Milliseconds between counts: counting reads all keys, 40 ms for a million. */
const countedForMs = 60_000;

export function createLoad(database: DatabaseSync, directory: string, now: () => number): () => StoreLoad {
  const count = database.prepare('SELECT count(*) AS keys FROM keys');
  let keys = 0;
  let countedAt = Number.NEGATIVE_INFINITY;

  function countKeys(): number {
    if (Math.abs(now() - countedAt) < countedForMs) return keys;
    countedAt = now();
    keys = Number(count.get()?.keys);
    return keys;
  }

  return () => {
    const { blocks, bavail } = statfsSync(directory);
    const sizes = ['journal.db', 'journal.db-wal'].map((file) => sizeOf(join(directory, file)));
    return {
      bytes: sizes.reduce((sum, size) => sum + size, 0),
      freeBytes: Number(pragma(database, 'freelist_count')) * Number(pragma(database, 'page_size')),
      keys: countKeys(),
      diskFreeShare: Math.round((bavail / blocks) * 10_000) / 10_000,
    };
  };
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}
