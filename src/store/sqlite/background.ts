import type { GroupCommit } from './group-commit.ts';

/** More than arrives in a minute with a full disk; beyond that the oldest are dropped. */
const maxWaiting = 10_000;

export interface BackgroundOptions<T> {
  group: GroupCommit;
  /** Writes them to the database, within a transaction. */
  write(items: readonly T[]): void;
  /** Called for the first failure of several in a row. */
  onError(error: unknown): void;
}

/**
 * A queue for writes in the background: they go with the next commit, and with a later one if that fails.
 * The promise resolves once that commit has been tried.
 */
export function createBackground<T>({ group, write, onError }: BackgroundOptions<T>) {
  let waiting: T[] = [];
  let underWay: Promise<void> | undefined;
  let isFailing = false;

  async function save(): Promise<void> {
    let taken: T[] = [];
    try {
      await group.commitUnflushed(() => {
        // It may be run twice: see `createGroupCommit`.
        taken = [...taken, ...waiting];
        waiting = [];
        underWay = undefined;
        write(taken);
      });
      isFailing = false;
    } catch (error) {
      waiting = [...taken, ...waiting].slice(-maxWaiting);
      underWay = undefined;
      if (!isFailing) onError(error);
      isFailing = true;
    }
  }

  return (items: readonly T[]): Promise<void> => {
    waiting.push(...items);
    underWay ??= save();
    return underWay;
  };
}
