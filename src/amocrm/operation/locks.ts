import { type Operation, unlessAborted } from './operation.ts';

export type Locks = ReturnType<typeof createLocks>;

/**
 * Runs work under one or several names: work that shares a name with earlier work waits for it. All names are taken in
 * one step, so a deadlock cannot occur.
 */
export function createLocks() {
  const tails = new Map<string, Promise<void>>();

  function forget(names: readonly string[], tail: Promise<void>): void {
    for (const name of names) {
      if (tails.get(name) === tail) tails.delete(name);
    }
  }

  return async function locked<T>(names: readonly string[], { signal }: Operation, work: () => Promise<T>): Promise<T> {
    const before = Promise.all(names.map((name) => tails.get(name)));
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    const tail = before.then(() => done);
    for (const name of names) tails.set(name, tail);
    try {
      await unlessAborted(before, signal);
      return await work();
    } finally {
      finish();
      void tail.then(() => forget(names, tail));
    }
  };
}
