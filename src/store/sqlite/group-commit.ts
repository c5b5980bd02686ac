import type { DatabaseSync } from 'node:sqlite';

interface PendingCommit {
  run(): void;
  isFlushed: boolean;
  resolve(): void;
  reject(reason: unknown): void;
}

export type GroupCommit = ReturnType<typeof createGroupCommit>;

/**
 * Group commit: changes that arrive while a commit runs, or in the same turn of the event loop, share the next one and
 * its flush. Each promise resolves after its COMMIT; if that fails nothing of the group is kept, and `onFailure` is
 * called once.
 */
export function createGroupCommit(database: DatabaseSync, onFailure: () => void = () => {}) {
  let waiting: PendingCommit[] = [];
  let isFlushing = true;

  function flush(): void {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    try {
      setFlushing(group.some(({ isFlushed }) => isFlushed));
      database.exec('BEGIN IMMEDIATE');
      for (const { run } of group) run();
      database.exec('COMMIT');
    } catch (error) {
      rollBack();
      onFailure();
      for (const { reject } of group) reject(error);
      return;
    }
    for (const { resolve } of group) resolve();
  }

  /** With a write-ahead log NORMAL leaves it to the operating system when a commit reaches the disk. */
  function setFlushing(wanted: boolean): void {
    if (wanted === isFlushing) return;
    database.exec(`PRAGMA synchronous = ${wanted ? 'FULL' : 'NORMAL'}`);
    isFlushing = wanted;
  }

  function rollBack(): void {
    // On a full disk SQLite has already rolled back.
    if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
  }

  function enqueue(run: () => void, isFlushed: boolean): Promise<void> {
    return new Promise((resolve, reject) => {
      waiting.push({ run, isFlushed, resolve, reject });
      if (waiting.length === 1) setImmediate(flush);
    });
  }

  return {
    commit: (run: () => void) => enqueue(run, true),
    /** The same without a flush of its own, for changes that may be lost with the machine. */
    commitUnflushed: (run: () => void) => enqueue(run, false),
    /** Commits all waiting changes at once. */
    flush,
  };
}
