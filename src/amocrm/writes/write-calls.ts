import { type Clock, sleep } from '../../clock.ts';
import type { Sent } from '../client/outcomes.ts';
import type { Slot } from '../pace/pacer.ts';
import type { Collection } from '../shapes/collection.ts';
import type { Observer, RetryReason } from '../wire/observer.ts';
import type { Wire } from '../wire/wire.ts';
import type { PendingWrite } from './pending-write.ts';

export interface WriteCallsOptions {
  method: 'POST' | 'PATCH';
  collection: Collection;
  /** Takes turns at the pacer under this name. */
  name: string;
  wire: Wire;
  clock: Clock;
  observer: Observer;
  /** Entities in one call at most. */
  batchSize: number;
  /** Milliseconds that one call may take. */
  timeoutMs: number;
  /** Items that are not answered yet. */
  underWay: ReadonlySet<PendingWrite>;
  /** Told of each call that has ended. */
  onEnd(): void;
}

/** A call that has ended, with what went out in it. */
export interface EndedCall {
  items: readonly PendingWrite[];
  sent: Sent;
}

export type WriteCalls = ReturnType<typeof createWriteCalls>;

/** Calls that carry writes of one method to one collection. None goes out for an item whose caller is gone. */
export function createWriteCalls(options: WriteCallsOptions) {
  const { method, collection, name, wire, clock, observer, batchSize, timeoutMs, underWay, onEnd } = options;
  const onTheWire = new Set<Promise<unknown>>();
  let size = batchSize;

  /** One call with those items that may go; undefined when none may. */
  async function send(items: readonly PendingWrite[], slot: Slot): Promise<EndedCall | undefined> {
    const recorded = await record(items);
    if (recorded.length > 0) return { items: recorded, sent: await call(recorded, slot) };
    slot.release();
    return undefined;
  }

  /** What has a key is on disk before it goes out. */
  async function record(items: readonly PendingWrite[]): Promise<PendingWrite[]> {
    const endedAt = clock.wall() + timeoutMs;
    const mayGo = await Promise.all(items.map((item) => item.record(endedAt)));
    return items.filter((_, index) => mayGo[index]);
  }

  async function call(items: readonly PendingWrite[], slot: Slot): Promise<Sent> {
    const body = items.map(({ draft }, index) => ({ ...draft.body, request_id: String(index) }));
    const askedBy = items.flatMap((item) => item.operation.requestIds);
    const sending = wire.send(slot, { method, path: `/api/v4/${collection.path}`, body, askedBy });
    onTheWire.add(sending);
    const sent = await sending;
    onTheWire.delete(sending);
    onEnd();
    for (const item of items) item.endedAt = clock.wall();
    if (sent.kind === 'gateway-timeout') size = Math.max(1, Math.floor(size / 2));
    if (sent.kind === 'ok') size = Math.min(batchSize, size + Math.ceil(size / 4));
    return sent;
  }

  /** One call more with those that still wait. */
  async function sendAgain(items: readonly PendingWrite[], because: RetryReason): Promise<EndedCall | undefined> {
    const waiting = unanswered(items).filter((item) => !isOver(item));
    if (waiting.length === 0) return undefined;
    const slot = await unlessLeft(waiting, wire.acquire({ participant: name }));
    const ended = await send(unanswered(waiting), slot);
    if (ended !== undefined) observer.onRetry(method, because);
    return ended;
  }

  /** Nothing has been written, and its caller hung up or its deadline will come before its turn: that is its answer. */
  function isOver({ open, operation: { signal, deadline }, reject }: PendingWrite): boolean {
    if (open) return false;
    const late = clock.now() + wire.expectedWait(0) - deadline;
    if (signal.aborted) reject(signal.reason);
    else if (late > 0) reject(wire.overloaded(late));
    return signal.aborted || late > 0;
  }

  /** Waits; whoever leaves meanwhile is answered at once, as long as nothing has been written. */
  async function unlessLeft<T>(items: readonly PendingWrite[], wait: Promise<T>): Promise<T> {
    const waited = new AbortController();
    for (const { operation, reject } of items.filter(({ open }) => !open)) {
      const { signal } = operation;
      signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: waited.signal });
    }
    return wait.finally(() => waited.abort());
  }

  /** Those that have not been answered meanwhile. */
  function unanswered(items: readonly PendingWrite[]): PendingWrite[] {
    return items.filter((item) => underWay.has(item));
  }

  return {
    send,
    sendAgain,
    /** Waits for so many seconds of the clock; whoever leaves meanwhile is answered at once. */
    pause: (items: readonly PendingWrite[], seconds: number) => unlessLeft(items, sleep(clock, seconds * clock.second)),
    /** Resolves when the calls that are on the wire now have ended. */
    quiet: () => Promise.allSettled(onTheWire),
    unanswered,
    /** Entities in one call at most: fewer for a while after amoCRM's gateway found a call too long. */
    size: () => size,
  };
}
