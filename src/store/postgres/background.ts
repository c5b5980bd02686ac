import { setImmediate } from 'node:timers/promises';
import { FenceError } from './fence.ts';

/** More than arrives in a minute; beyond that the oldest are dropped. */
const maxWaiting = 10_000;
const maxAtOnce = 1_000;

export interface Settled {
  /** Resolves when all that was added has been tried. */
  settle(): Promise<void>;
}

export interface BackgroundOptions<T> {
  write(items: readonly T[]): Promise<void>;
  /** Called for the first failure of several in a row. */
  onError(error: unknown): void;
}

/**
 * A queue for writes in the background: one statement at a time, what fails is tried again with the next. The promise
 * resolves once the items have been tried. Those of an account that another replica owns meanwhile are given up.
 */
export function createBackground<T>({ write, onError }: BackgroundOptions<T>) {
  let waiting: T[] = [];
  let next: Promise<void> | undefined;
  let latest = Promise.resolve();
  let isFailing = false;

  async function save(before: Promise<void>): Promise<void> {
    // Items that are added in the same turn of the event loop, or while a statement runs, share this one.
    await setImmediate();
    await before;
    next = undefined;
    const taken = waiting;
    waiting = [];
    try {
      for (; taken.length > 0; taken.splice(0, maxAtOnce)) await write(taken.slice(0, maxAtOnce));
      isFailing = false;
    } catch (error) {
      if (!(error instanceof FenceError)) waiting = [...taken, ...waiting].slice(-maxWaiting);
      if (!isFailing) onError(error);
      isFailing = true;
    }
  }

  function add(items: readonly T[]): Promise<void> {
    waiting.push(...items);
    if (next === undefined) {
      next = save(latest);
      latest = next;
    }
    return next;
  }

  return add;
}
