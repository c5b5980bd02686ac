import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { Operation } from '../operation/operation.ts';
import { FairQueue } from '../pace/fair-queue.ts';
import type { Slot } from '../pace/pacer.ts';
import type { Wire } from './wire.ts';

export interface BatcherOptions<Item, Answer> {
  /** Takes turns at the pacer under this name, beside the callers. */
  name: string;
  wire: Wire;
  clock: Clock;
  /** Items in one call at most. */
  max(): number;
  /** Calls under way at most while less than a full one waits; the rest gathers meanwhile. */
  concurrency: number;
  /** Items with one key never go out in one call. */
  keyOf?(item: Item): unknown;
  /** Carries the items out; resolves when the call itself has ended, whatever is still to be done about its items. */
  send(entries: readonly Entry<Item, Answer>[], slot: Slot): Promise<void>;
}

/** Calls under way at most while a full one waits: enough for the limit of an account, few enough to be looked for. */
const fullConcurrency = 8;

/** An item that is to be answered once. */
export interface Entry<Item, Answer> {
  item: Item;
  operation: Operation;
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/**
 * Coalescing without a timer: the first item that waits asks for a place at once, and whatever has gathered when the
 * place comes goes out together, callers taking turns; a full call does not wait for those on the wire. An idle service adds no delay, a busy one makes larger calls.
 * A caller's signal takes its item out until it goes out; afterwards the item's answer is awaited.
 */
export function createBatcher<Item, Answer>(options: BatcherOptions<Item, Answer>) {
  const { name, wire, clock, max, concurrency, keyOf, send } = options;
  const queue = new FairQueue<Entry<Item, Answer>>();
  let underWay = 0;
  let asking = false;

  async function ask(): Promise<void> {
    if (asking || queue.size === 0 || underWay >= mayBeUnderWay()) return;
    asking = true;
    let slot: Slot;
    try {
      slot = await wire.acquire({ participant: name });
    } catch (refusal) {
      asking = false;
      rejectAll(queue, refusal);
      return;
    }
    await gather();
    asking = false;
    const entries = takeBatch();
    if (entries.length === 0) {
      slot.release();
      return;
    }
    underWay += 1;
    void ask();
    await send(entries, slot).catch((error: unknown) => rejectAll(entries, error));
    underWay -= 1;
    void ask();
  }

  /** A call with room left is a waste while few slots are: then what comes gathers until the last one has ended. */
  function mayBeUnderWay(): number {
    if (queue.size >= max()) return fullConcurrency;
    return wire.isScarce() ? 1 : concurrency;
  }

  /** Waits, without a timer, for what the same turn of the event loop brings, and on while each turn brings more. */
  async function gather(): Promise<void> {
    for (let before = 0; queue.size > before && queue.size < max(); ) {
      before = queue.size;
      await setImmediate();
    }
  }

  function takeBatch(): Entry<Item, Answer>[] {
    const entries: Entry<Item, Answer>[] = [];
    const putOff: Entry<Item, Answer>[] = [];
    const keys = new Set<unknown>();
    while (entries.length < max()) {
      const entry = queue.shift();
      if (entry === undefined) break;
      const key = keyOf?.(entry.item) ?? entry;
      if (keys.has(key)) putOff.push(entry);
      else entries.push(entry);
      keys.add(key);
    }
    for (const { operation } of entries) operation.hasBegun = true;
    for (const entry of putOff) queue.push(entry.operation.caller, entry);
    return entries;
  }

  function rejectAll(entries: Iterable<Entry<Item, Answer>>, reason: unknown): void {
    for (const entry of [...entries]) {
      queue.delete(entry.operation.caller, entry);
      entry.reject(reason);
    }
  }

  function leave(entry: Entry<Item, Answer>, reason: unknown): void {
    if (queue.delete(entry.operation.caller, entry)) entry.reject(reason);
  }

  /** Milliseconds until an item that joins now would go out. */
  function expectedWait(): number {
    const callsAhead = Math.floor(queue.size / max());
    return wire.expectedWait(callsAhead);
  }

  return function add(item: Item, operation: Operation): Promise<Answer> {
    const { signal, deadline } = operation;
    if (signal.aborted) return Promise.reject(signal.reason);
    const late = clock.now() + expectedWait() - deadline;
    if (late > 0) return Promise.reject(wire.overloaded(late));
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const entry = { item, operation, resolve, reject };
    const abort = () => leave(entry, signal.reason);
    queue.push(operation.caller, entry);
    signal.addEventListener('abort', abort, { once: true });
    void ask();
    return promise.finally(() => signal.removeEventListener('abort', abort));
  };
}
