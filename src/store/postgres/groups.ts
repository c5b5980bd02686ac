import { setImmediate } from 'node:timers/promises';
import { isOfValues } from './database.ts';

export interface GroupOptions<T, R> {
  /** Does all of them in one statement; returns the function that gives the result of each. */
  run(items: readonly T[]): Promise<(item: T) => R>;
  /** Two changes of one name never share a statement, and keep their order. */
  nameOf(item: T): string;
  /** How much of a statement it takes, in characters. */
  sizeOf?(item: T): number;
  onFailure?(): void;
}

interface Pending<T, R> {
  item: T;
  resolve(result: R): void;
  reject(reason: unknown): void;
}

/** A statement ends with so many, or so many characters: it has a second and a half. */
const maxItems = 500;
const maxSize = 4 * 2 ** 20;

/**
 * Group commit: one statement is under way at a time, and what comes meanwhile shares the next. Each promise resolves
 * after the commit of its statement; if that fails, so do all of the group. Where the values of one are at fault, it fails
 * alone.
 */
export function createGroups<T, R>({ run, nameOf, sizeOf = () => 0, onFailure = () => {} }: GroupOptions<T, R>) {
  let waiting: Pending<T, R>[] = [];
  let isRunning = false;

  function takeGroup(): Pending<T, R>[] {
    const group: Pending<T, R>[] = [];
    const rest: Pending<T, R>[] = [];
    const names = new Set<string>();
    let size = 0;
    for (const pending of waiting) {
      const name = nameOf(pending.item);
      const isFull = group.length === maxItems || (group.length > 0 && size + sizeOf(pending.item) > maxSize);
      if (isFull || names.has(name)) rest.push(pending);
      else {
        group.push(pending);
        size += sizeOf(pending.item);
      }
      // No change may overtake an earlier one of the same name.
      names.add(name);
    }
    waiting = rest;
    return group;
  }

  async function work(): Promise<void> {
    isRunning = true;
    // What comes in the same turn of the event loop shares the first statement.
    await setImmediate();
    while (waiting.length > 0) await commit(takeGroup());
    isRunning = false;
  }

  async function commit(group: readonly Pending<T, R>[]): Promise<void> {
    try {
      const resultOf = await run(group.map(({ item }) => item));
      for (const { item, resolve } of group) resolve(resultOf(item));
    } catch (error) {
      if (group.length > 1 && isOfValues(error)) {
        const middle = Math.ceil(group.length / 2);
        await commit(group.slice(0, middle));
        return commit(group.slice(middle));
      }
      onFailure();
      for (const { reject } of group) reject(error);
    }
  }

  return (item: T): Promise<R> =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!isRunning) void work();
    });
}
