import type { GroupCommit } from './group-commit.ts';

/** More than comes in while a disk is full for a minute; beyond that the oldest are given up. */
const maxWaiting = 10_000;

export interface BackgroundOptions<T> {
  group: GroupCommit;
  /** Puts them into the database, within a transaction. */
  write(items: readonly T[]): void;
  /** Told of the first failure of several in a row. */
  onError(error: unknown): void;
}

/** Takes what nobody waits for: it is written with the next commit, and once more with a later one if that fails. */
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
