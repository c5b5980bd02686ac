import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { expiredAfterMs, holdsKey, keptMs } from '../kept.ts';
import type { GroupCommit } from './group-commit.ts';
import { pragma } from './pragma.ts';

/** A chunk ends after so many statements or milliseconds. A key takes some two pages, each elsewhere in the file. */
const chunkRuns = 50;
const chunkMs = 5;
const chunkPages = 64;
/**
 * Pages in the write-ahead log after which they are moved to the file. It waits for the disk, and a thousand pages, the
 * usual number, block for a tenth of a second on a busy one.
 */
const sweptPages = 100;
const usualPages = 1000;
/** Free pages that are left for what comes next. */
const spareShare = 0.1;

export interface SweepOptions {
  now(): number;
  jobsKeptMs: number;
  /** Deletes what interrupted deletions of accounts have left. */
  clearRemoved(): Promise<void>;
}

/**
 * Makes the sweep that deletes expired rows, gives free pages back to the file system, and empties the write-ahead log,
 * where older versions of pages still stand. It stops when the database is closed.
 */
export function createSweep(
  database: DatabaseSync,
  { commitUnflushed }: GroupCommit,
  { now, jobsKeptMs, clearRemoved }: SweepOptions,
): () => Promise<void> {
  const deletions: [statement: StatementSync, keptMs: number][] = [
    [
      database.prepare(
        'DELETE FROM jobs WHERE place = ' +
          '(SELECT place FROM jobs WHERE ended_at <= ? AND callback_at IS NULL ORDER BY ended_at LIMIT 1)',
      ),
      jobsKeptMs,
    ],
    [
      // The key of a job that may go on is put off instead, for as long as keys are kept: each costs one change a day.
      database.prepare(
        `UPDATE keys SET changed_at = ?1 + ${expiredAfterMs} WHERE (account, caller, key) = ` +
          '(SELECT account, caller, key FROM keys WHERE changed_at <= ?1 ORDER BY changed_at LIMIT 1) AND ' +
          'EXISTS (SELECT 1 FROM jobs WHERE jobs.account = keys.account AND jobs.caller = keys.caller AND ' +
          `jobs.key = keys.key AND ${holdsKey})`,
      ),
      expiredAfterMs,
    ],
    [
      // The writes of the key go with it.
      database.prepare(
        'DELETE FROM keys WHERE (account, caller, key) = ' +
          '(SELECT account, caller, key FROM keys WHERE changed_at <= ? ORDER BY changed_at LIMIT 1)',
      ),
      expiredAfterMs,
    ],
    [
      database.prepare(
        'DELETE FROM claims WHERE at <= ? AND place IN (SELECT place FROM claims ORDER BY place LIMIT 100)',
      ),
      keptMs.claim,
    ],
    [database.prepare('DELETE FROM doubts WHERE until <= ?'), keptMs.doubt],
    [database.prepare('UPDATE callbacks SET old_secret_enc = NULL, old_until = NULL WHERE old_until <= ?'), 0],
  ];
  let running: Promise<void> | undefined;

  async function sweep(): Promise<void> {
    database.exec(`PRAGMA wal_autocheckpoint = ${sweptPages}`);
    try {
      await clearRemoved();
      let isMore = true;
      while (isMore && database.isOpen) {
        await inTurn(() => {
          isMore = deleteSome();
        });
      }
      await shrink();
      if (database.isOpen) database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } finally {
      if (database.isOpen) database.exec(`PRAGMA wal_autocheckpoint = ${usualPages}`);
    }
  }

  /** Then rests for as long as the chunk took, so that half of the time is left for everything else. */
  async function inTurn(chunk: () => void): Promise<void> {
    const began = performance.now();
    await commitUnflushed(chunk);
    await sleep(performance.now() - began);
  }

  function deleteSome(): boolean {
    const until = performance.now() + chunkMs;
    for (let run = 0; run < chunkRuns && performance.now() < until; run += 1) {
      const isAny = deletions.some(([statement, kept]) => statement.run(now() - kept).changes !== 0);
      if (!isAny) return false;
    }
    return true;
  }

  async function shrink(): Promise<void> {
    let free = Number.POSITIVE_INFINITY;
    while (database.isOpen) {
      const before = free;
      free = Number(pragma(database, 'freelist_count'));
      const spare = Math.max(chunkPages, Number(pragma(database, 'page_count')) * spareShare);
      // A file of an older release stays as it is.
      if (free <= spare || free >= before) return;
      await inTurn(() => database.exec(`PRAGMA incremental_vacuum(${chunkPages})`));
    }
  }

  return () => {
    running ??= sweep().finally(() => {
      running = undefined;
    });
    return running;
  };
}
