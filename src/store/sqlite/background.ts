import type { GroupCommit } from './group-commit.ts';

/** More than comes in while a disk is full for a minute; beyond that the oldest are given up. */
const maxWaiting = 10_000;

export interface BackgroundOptions<T> {
  group: GroupCommit;
  /** Puts them into the database, within a transaction. */
  write(items: readonly T[]): void;
  onError(error: unknown): void;
}

/** Takes what nobody waits for: it is written with the next commit, and once more with a later one if that fails. */
export function createBackground<T>({ group, write, onError }: BackgroundOptions<T>): (items: readonly T[]) => void {
  let waiting: T[] = [];
  let isUnderWay = false;

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
    } catch (error) {
      waiting = [...taken, ...waiting].slice(-maxWaiting);
      isUnderWay = false;
      onError(error);
    }
  }

  return (items) => {
    waiting.push(...items);
    if (!isUnderWay) void save();
  };
}
