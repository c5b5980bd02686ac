import type { DatabaseSync } from 'node:sqlite';

interface PendingCommit {
  /** It may be run a second time, after its first changes were undone. */
  run(): void;
  isFlushed: boolean;
  resolve(): void;
  reject(reason: unknown): void;
}

export type GroupCommit = ReturnType<typeof createGroupCommit>;

/**
 * Group commit: changes that arrive while a commit runs, or in the same turn of the event loop, share the next one and
 * its flush. Each promise resolves after its COMMIT; if that fails nothing of the group is kept. A change that fails for a
 * reason of its own fails alone. `onFailure` is called once for a group.
 */
export function createGroupCommit(database: DatabaseSync, onFailure: () => void = () => {}) {
  let waiting: PendingCommit[] = [];
  let isFlushing = true;

  function flush(): void {
    const group = waiting;
    waiting = [];
    if (group.length === 0) return;
    try {
      transact(group, ({ run }) => run());
    } catch (error) {
      onFailure();
      if (group.length > 1 && isItsOwn(error)) commitApart(group);
      else for (const { reject } of group) reject(error);
      return;
    }
    for (const { resolve } of group) resolve();
  }

  /** Runs them all and commits; throws when nothing of them is kept. */
  function transact(group: readonly PendingCommit[], run: (change: PendingCommit) => void): void {
    try {
      setFlushing(group.some(({ isFlushed }) => isFlushed));
      database.exec('BEGIN IMMEDIATE');
      for (const change of group) run(change);
      database.exec('COMMIT');
    } catch (error) {
      rollBack();
      throw error;
    }
  }

  /** The changes of a group in which one has failed: it alone is undone. */
  function commitApart(group: readonly PendingCommit[]): void {
    const failures = new Map<PendingCommit, unknown>();
    try {
      transact(group, (change) => {
        database.exec('SAVEPOINT change');
        try {
          change.run();
        } catch (error) {
          if (!isItsOwn(error)) throw error;
          failures.set(change, error);
          database.exec('ROLLBACK TO change');
        }
        database.exec('RELEASE change');
      });
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    for (const change of group) {
      if (failures.has(change)) change.reject(failures.get(change));
      else change.resolve();
    }
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

/**
 * Too long a value, a violated constraint, a value of the wrong type, one too many. Source:
 * https://www.sqlite.org/rescode.html
 */
const ownCodes = new Set([18, 19, 20, 25]);

/** Whether the change itself is at fault, not the disk or the database. */
function isItsOwn(error: unknown): boolean {
  const { errcode } = Object(error);
  // The lowest byte is the primary code.
  return typeof errcode !== 'number' || ownCodes.has(errcode % 256);
}
