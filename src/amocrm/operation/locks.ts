import { type Operation, unlessAborted } from './operation.ts';
import { lendTurns, type Patrons } from './patrons.ts';

export type Locks = ReturnType<typeof createLocks>;

/** The last work under a name, and when it is over. */
interface Tail {
  over: Promise<void>;
  patrons: Patrons | undefined;
}

/**
 * Runs work under one or several names: work that shares a name with earlier work waits for it. All names are taken in
 * one step, so a deadlock cannot occur. Earlier work takes the turns of whoever waits for it.
 */
export function createLocks() {
  const tails = new Map<string, Tail>();

  function forget(names: readonly string[], tail: Tail): void {
    for (const name of names) {
      if (tails.get(name) === tail) tails.delete(name);
    }
  }

  return async function locked<T>(names: readonly string[], operation: Operation, work: () => Promise<T>): Promise<T> {
    const { signal, patrons } = operation;
    const earlier = names.flatMap((name) => tails.get(name) ?? []);
    const before = Promise.all(earlier.map(({ over }) => over));
    const { promise: done, resolve: finish } = Promise.withResolvers<void>();
    const tail = { over: before.then(() => done), patrons };
    for (const name of names) tails.set(name, tail);
    const stopLending = lendTurns(
      earlier.flatMap((one) => one.patrons ?? []),
      patrons,
    );
    patrons?.hold(1);
    try {
      await unlessAborted(before, signal).finally(stopLending);
      return await work();
    } finally {
      patrons?.hold(-1);
      finish();
      void tail.over.then(() => forget(names, tail));
    }
  };
}
