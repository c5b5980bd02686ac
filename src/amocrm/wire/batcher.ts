import { setImmediate } from 'node:timers/promises';
import type { Clock } from '../../clock.ts';
import type { Problem } from '../../problems/problem.ts';
import type { Operation } from '../operation/operation.ts';
import { FairQueue } from '../pace/fair-queue.ts';
import type { Slot } from '../pace/pacer.ts';
import type { Wire } from './wire.ts';

export interface BatcherOptions<Item, Answer> {
  /** The participant's name in the pacer's fair queue, beside the callers. */
  name: string;
  wire: Wire;
  clock: Clock;
  max(): number;
  /** Calls in flight at most that are not full; other items wait and share the next. */
  concurrency: number;
  /** Items with the same key never share a call. */
  keyOf?(item: Item): unknown;
  /** Makes a call with the items; resolves when the call itself has ended, even if its items are not answered yet. */
  send(entries: readonly Entry<Item, Answer>[], slot: Slot): Promise<void>;
}

/** Calls in flight at most: enough for the rate limit, few enough to look for creates in doubt. */
const fullConcurrency = 8;

/** An item that is answered once. */
export interface Entry<Item, Answer> {
  item: Item;
  operation: Operation;
  resolve(answer: Answer): void;
  reject(reason: unknown): void;
}

/**
 * Coalescing without a timer: the first waiting item asks for a slot at once, and all items that have arrived when the
 * slot comes share the call, callers taking turns; a full call does not wait for those in flight. An idle service adds
 * no delay, a busy one makes larger calls. A caller's signal removes its item until the call goes out; after that the
 * item's answer is awaited.
 */
export function createBatcher<Item, Answer>(options: BatcherOptions<Item, Answer>) {
  const { name, wire, clock, max, concurrency, keyOf, send } = options;
  const queue = new FairQueue<Entry<Item, Answer>>();
  let underWay = 0;
  /** Those of them that were not full. */
  let smallUnderWay = 0;
  let asking = false;

  async function ask(): Promise<void> {
    if (asking || queue.size === 0 || !mayAsk()) return;
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
    const small = entries.length < max() ? 1 : 0;
    underWay += 1;
    smallUnderWay += small;
    void ask();
    await send(entries, slot).catch((error: unknown) => rejectAll(entries, error));
    underWay -= 1;
    smallUnderWay -= small;
    void ask();
  }

  /**
   * While most slots are taken a call that is not full wastes one: items gather until the last such call has ended. They
   * do not wait for full ones: after a burst nothing would join its rest.
   */
  function mayAsk(): boolean {
    if (underWay >= fullConcurrency) return false;
    return queue.size >= max() || smallUnderWay < (wire.isScarce() ? 1 : concurrency);
  }

  /** Waits, without a timer, for items of the same turn of the event loop, and on while each turn adds more. */
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

  /** Milliseconds until an item that the caller adds now would be sent: in its own turn, however much others have queued. */
  function expectedWait(caller: string): number {
    const ahead = queue.turnsUntil(caller, queue.standing(caller).begun + 1) - 1;
    return wire.expectedWait(Math.floor(ahead / max()));
  }

  /** Why an item of that operation would not be sent in time; undefined where it would. */
  function refusal({ caller, deadline }: Operation): Problem | undefined {
    const late = clock.now() + expectedWait(caller) - deadline;
    return late > 0 ? wire.overloaded(late) : undefined;
  }

  function add(item: Item, operation: Operation): Promise<Answer> {
    const { caller, signal } = operation;
    if (signal.aborted) return Promise.reject(signal.reason);
    const refused = refusal(operation);
    if (refused !== undefined) return Promise.reject(refused);
    const { promise, resolve, reject } = Promise.withResolvers<Answer>();
    const entry = { item, operation, resolve, reject };
    queue.push(caller, entry);
    // Not removed at the answer: it does nothing then, and ends with the operation.
    signal.addEventListener('abort', () => leave(entry, signal.reason), { once: true });
    void ask();
    return promise;
  }

  return Object.assign(add, { refusal });
}
