import type { Call } from './call.ts';
import type { Pacer, Release } from './pacer.ts';

export interface BatcherOptions<Item, Answer> {
  /** Items in one call at most. */
  max: number;
  pacer: Pacer;
  /** Carries the items out in one call and gives one answer for each, in their order. It must not throw. */
  send(items: readonly Item[]): Promise<PromiseSettledResult<Answer>[]>;
}

interface Waiting<Item, Answer> {
  item: Item;
  settle(result: PromiseSettledResult<Answer>): void;
}

/**
 * Coalescing without a timer: the first item that waits asks for a place at once, and whatever has gathered when the
 * place comes goes out together. An idle service adds no delay, a busy one makes larger calls.
 * A caller's signal takes its item out until it goes out; afterwards the item's answer is awaited.
 */
export function createBatcher<Item, Answer>({ max, pacer, send }: BatcherOptions<Item, Answer>) {
  const queue = new Set<Waiting<Item, Answer>>();
  let asking: AbortController | undefined;

  async function ask(): Promise<void> {
    asking = new AbortController();
    let release: Release;
    try {
      release = await pacer.acquire(asking.signal);
    } catch {
      return; // Only our own abort ends the waiting: nobody is left in the queue.
    } finally {
      asking = undefined;
    }
    const batch = takeBatch();
    if (queue.size > 0) void ask();
    const results = batch.length === 0 ? [] : await send(batch.map(({ item }) => item));
    release();
    for (const [index, { settle }] of batch.entries()) settle(results[index] ?? missing);
  }

  function takeBatch(): Waiting<Item, Answer>[] {
    const batch = [...queue.values().take(max)];
    for (const waiting of batch) queue.delete(waiting);
    return batch;
  }

  return function add(item: Item, { signal }: Call): Promise<Answer> {
    if (signal.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const waiting: Waiting<Item, Answer> = {
        item,
        settle(result) {
          signal.removeEventListener('abort', leave);
          if (result.status === 'fulfilled') resolve(result.value);
          else reject(result.reason);
        },
      };
      const leave = () => {
        if (!queue.delete(waiting)) return;
        reject(signal.reason);
        if (queue.size === 0) asking?.abort();
      };
      queue.add(waiting);
      signal.addEventListener('abort', leave, { once: true });
      if (asking === undefined) void ask();
    });
  };
}

const missing: PromiseRejectedResult = {
  status: 'rejected',
  reason: new Error('A batch answered fewer items than sent'),
};
