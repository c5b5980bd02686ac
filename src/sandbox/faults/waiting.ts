import { setImmediate as nextTurn } from 'node:timers/promises';

/** What faults have put off: it comes after its time, or when released. */
export class Waiting {
  readonly #pending = new Set<(isDue: boolean) => void>();

  get size(): number {
    return this.#pending.size;
  }

  /** Resolves with true after so many milliseconds (undefined: never by itself) or when released, with false when dropped. */
  wait(ms: number | undefined): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const settle = (isDue: boolean) => {
      clearTimeout(timer);
      this.#pending.delete(settle);
      resolve(isDue);
    };
    const timer = ms === undefined ? undefined : setTimeout(settle, ms, true).unref();
    this.#pending.add(settle);
    return promise;
  }

  /** Lets everything that waits happen now, and resolves with its number when it has. */
  async release(): Promise<number> {
    const released = this.#settleAll(true);
    await nextTurn();
    return released;
  }

  drop(): void {
    this.#settleAll(false);
  }

  #settleAll(isDue: boolean): number {
    const pending = [...this.#pending];
    for (const settle of pending) settle(isDue);
    return pending.length;
  }
}
