import { Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import { freeShareOf } from '../free-share.ts';
import type { StoreLoad } from '../store.ts';
import type { Database } from './database.ts';

const sizeRow = checkOf(Type.Object({ bytes: Type.Number(), keys: Type.Number() }));

/** Milliseconds between counts: counting reads all keys. */
const countedForMs = 60_000;
const size = 'SELECT pg_database_size(current_database()) AS bytes, (SELECT count(*) FROM keys) AS keys';

/** A reading for metrics: the last one where the read fails. */
export function lastKnown<T>(none: T, read: () => Promise<T>): () => Promise<T> {
  let last = none;
  return async () => {
    last = await read().catch(() => last);
    return last;
  };
}

/** How large the database is. */
export function createLoad({ query }: Database, directory: string, now: () => number): () => Promise<StoreLoad> {
  let countedAt = Number.NEGATIVE_INFINITY;
  let counted = { bytes: 0, keys: 0 };

  const count = lastKnown(counted, async () => {
    const [row] = await query(size);
    return sizeRow.parse(row);
  });

  return async () => {
    if (Math.abs(now() - countedAt) >= countedForMs) {
      countedAt = now();
      counted = await count();
    }
    return { ...counted, freeBytes: 0, diskFreeShare: freeShareOf(directory) };
  };
}
