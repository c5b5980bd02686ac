import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { GroupCommit } from './group-commit.ts';
import { pragma } from './pragma.ts';

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

/** Milliseconds that a key is kept after its last change, and an id after its claim. */
export const keptMs = { key: 24 * hourMs, claim: 25 * hourMs };

/** A chunk ends after this many statements or milliseconds; then the event loop runs before the next. */
const chunkRuns = 100;
const chunkMs = 5;
const chunkPages = 256;
/** Free pages that are kept for new data. */
const spareShare = 0.1;

/**
 * Creates the sweep: it deletes expired rows, returns free pages to the file system, and truncates the write-ahead log,
 * which still holds older versions of pages. It stops when the database is closed.
 */
export function createSweep(
  database: DatabaseSync,
  { commitUnflushed }: GroupCommit,
  now: () => number,
): () => Promise<void> {
  const deletions: [statement: StatementSync, keptMs: number][] = [
    [
      // With its writes. An hour is longer than any request, so none in progress loses its rows.
      database.prepare(
        'DELETE FROM keys WHERE (caller, key) = ' +
          '(SELECT caller, key FROM keys WHERE changed_at <= ? ORDER BY changed_at LIMIT 1)',
      ),
      keptMs.key + hourMs,
    ],
    [
      database.prepare(
        'DELETE FROM claims WHERE at <= ? AND place IN (SELECT place FROM claims ORDER BY place LIMIT 100)',
      ),
      keptMs.claim,
    ],
    [database.prepare('DELETE FROM doubts WHERE until <= ?'), 0],
  ];
  let running: Promise<void> | undefined;

  async function sweep(): Promise<void> {
    let isMore = true;
    while (isMore && database.isOpen) {
      await commitUnflushed(() => {
        isMore = deleteSome();
      });
    }
    await shrink();
    if (database.isOpen) database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
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
      // A file of an older release is left as it is.
      if (free <= spare || free >= before) return;
      await commitUnflushed(() => database.exec(`PRAGMA incremental_vacuum(${chunkPages})`));
    }
  }

  return () => {
    running ??= sweep().finally(() => {
      running = undefined;
    });
    return running;
  };
}
