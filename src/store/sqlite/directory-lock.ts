import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { storeMessages } from '../../messages/store.ts';
import { makeOwn } from './data-directory.ts';
import { unusable } from './unusable.ts';

const knockMs = 100;
/** SQLITE_BUSY: https://www.sqlite.org/rescode.html#busy */
const busy = 5;

/**
 * Locks the directory for this process until the returned function is called or the process ends in any way: the
 * operating system then releases SQLite's file lock. Waits up to `waitMs` for another process, then throws StoreError.
 */
export async function lockDirectory(directory: string, file: string, waitMs: number): Promise<() => void> {
  const database = openLock(directory, file);
  const until = performance.now() + waitMs;
  for (;;) {
    const refusal = tryLock(database);
    if (refusal === undefined) return () => database.close();
    if (!isBusy(refusal) || performance.now() >= until) {
      database.close();
      throw isBusy(refusal)
        ? unusable(directory, storeMessages.inUse)
        : unusable(directory, storeMessages.noLock, refusal);
    }
    await sleep(Math.min(knockMs, Math.max(1, until - performance.now())));
  }
}

function openLock(directory: string, file: string): DatabaseSync {
  try {
    makeOwn(file);
    return new DatabaseSync(file);
  } catch (error) {
    throw unusable(directory, storeMessages.notWritable, error);
  }
}

function tryLock(database: DatabaseSync): unknown {
  try {
    // Nothing is ever written to this file, so it needs no journal.
    database.exec('PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
    return undefined;
  } catch (refusal) {
    return refusal;
  }
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'errcode' in error && error.errcode === busy;
}
