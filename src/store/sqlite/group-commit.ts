import type { DatabaseSync } from 'node:sqlite';

interface PendingCommit {
  run(): void;
  isFlushed: boolean;
  resolve(): void;
  reject(reason: unknown): void;
}

export type GroupCommit = ReturnType<typeof createGroupCommit>;

/**
 * Changes that come in while a commit runs, or during the same turn of the event loop, share the next one: the disk is
 * asked to flush once for all of them. Each promise resolves after its COMMIT; if that fails nothing of the group is kept,
 * and `onFailure` is told once.
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

  /** In a write-ahead log NORMAL leaves it to the operating system when a commit reaches the disk. */
  function setFlushing(wanted: boolean): void {
    if (wanted === isFlushing) return;
    database.exec(`PRAGMA synchronous = ${wanted ? 'FULL' : 'NORMAL'}`);
    isFlushing = wanted;
  }

  function rollBack(): void {
    // A full disk makes SQLite roll back by itself.
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
    /** The same for what need not outlive the machine: by itself it asks for no flush. */
    commitUnflushed: (run: () => void) => enqueue(run, false),
    /** Commits at once what waits. */
    flush,
  };
}
