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

/** A queue for writes that nobody waits for: they go with the next commit, and with a later one if that fails. */
export function createBackground<T>({ group, write, onError }: BackgroundOptions<T>): (items: readonly T[]) => void {
  let waiting: T[] = [];
  let isUnderWay = false;
  let isFailing = false;

  async function save(): Promise<void> {
    let taken: T[] = [];
    isUnderWay = true;
    try {
      await group.commitUnflushed(() => {
        taken = waiting;
        waiting = [];
        isUnderWay = false;
        write(taken);
      });
      isFailing = false;
    } catch (error) {
      waiting = [...taken, ...waiting].slice(-maxWaiting);
      isUnderWay = false;
      if (!isFailing) onError(error);
      isFailing = true;
    }
  }

  return (items) => {
    waiting.push(...items);
    if (!isUnderWay) void save();
  };
}
