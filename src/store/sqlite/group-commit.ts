import type { DatabaseSync } from 'node:sqlite';

interface PendingCommit {
  run(): void;
  resolve(): void;
  reject(reason: unknown): void;
}

export type GroupCommit = ReturnType<typeof createGroupCommit>;

/**
 * Changes that come in while a commit runs, or during the same turn of the event loop, share the next one: the disk is
 * asked to flush once for all of them. Each promise resolves after its COMMIT; if that fails nothing of the group is kept.
 */
export function createGroupCommit(database: DatabaseSync) {
  let waiting: PendingCommit[] = [];

  function flush(): void {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    try {
      database.exec('BEGIN IMMEDIATE');
      for (const { run } of group) run();
      database.exec('COMMIT');
    } catch (error) {
      rollBack();
      for (const { reject } of group) reject(error);
      return;
    }
    for (const { resolve } of group) resolve();
  }

  function rollBack(): void {
    // A full disk makes SQLite roll back by itself.
    if (database.isOpen && database.isTransaction) database.exec('ROLLBACK');
  }

  return {
    commit(run: () => void): Promise<void> {
      return new Promise((resolve, reject) => {
        waiting.push({ run, resolve, reject });
        if (waiting.length === 1) setImmediate(flush);
      });
    },
    /** Commits at once what waits. */
    flush,
  };
}
