/** Somebody whose turns in the fair queue are taken. */
export interface Patron {
  caller: string;
  /** Monotonic milliseconds. */
  deadline: number;
}

/**
 * For whom an operation works: its own caller, and callers who wait for its end. It takes their turns too: else one of a
 * thousand jobs, which share the turns of one caller, would hold up somebody who comes first.
 */
export class Patrons {
  readonly own: Patron;
  // Both are rare, and thousands of operations wait at once.
  #others: Patron[] | undefined;
  #listeners: Set<(patron: Patron) => void> | undefined;
  #locks = 0;

  constructor(own: Patron) {
    this.own = own;
  }

  add(patron: Patron): void {
    const isKnown = [this.own, ...(this.#others ?? [])].some(({ caller }) => caller === patron.caller);
    if (isKnown) return;
    this.#others = [...(this.#others ?? []), patron];
    for (const hear of this.#listeners ?? []) hear(patron);
  }

  /** Tells of all the others, those to come too; returns what ends that. */
  hear(listener: (patron: Patron) => void): () => void {
    for (const patron of this.#others ?? []) listener(patron);
    this.#listeners ??= new Set();
    const listeners = this.#listeners.add(listener);
    return () => void listeners.delete(listener);
  }

  /** The same for an operation that holds a lock; nobody waits for any other. */
  hearAsHolder(listener: (patron: Patron) => void): (() => void) | undefined {
    return this.#locks === 0 ? undefined : this.hear(listener);
  }

  /** It holds one lock more, or less. */
  hold(locks: 1 | -1): void {
    this.#locks += locks;
  }
}

/** Lets the holders take the turns of one who waits for them, and of all who wait for that one; returns what ends that. */
export function lendTurns(holders: readonly Patrons[], waiter: Patrons | undefined): () => void {
  if (waiter === undefined || holders.length === 0) return () => {};
  const lend = (patron: Patron) => {
    for (const holder of holders) holder.add(patron);
  };
  lend(waiter.own);
  return waiter.hear(lend);
}
