import { backOffMs, sleep } from '../../clock.ts';
import type { OutcomeKind } from '../client/kind-of.ts';
import { policyOf, type Sent } from '../client/outcomes.ts';
import type { Slot } from '../pace/pacer.ts';
import type { RetryReason } from '../wire/observer.ts';
import { type Lane, type PendingWrite, unanswered } from './lane.ts';
import { callOf } from './write-kinds.ts';

/** An ended call with the writes that it carried. */
export interface EndedCall {
  items: readonly PendingWrite[];
  sent: Sent;
}

/** How many calls of these items in a row have had this outcome. */
export interface History {
  tries: number;
  kind: OutcomeKind;
}

/** Sends items again and makes sure that they are answered. */
export type Again = (items: readonly PendingWrite[], because: RetryReason, history?: History) => Promise<void>;

export type WriteCalls = ReturnType<typeof createWriteCalls>;

/** Makes the calls of a lane. A write whose caller has left is not sent. */
export function createWriteCalls(lane: Lane) {
  const { kind, collection, name, wire, clock, observer, batchSize, onEnd } = lane;
  let size = batchSize;

  /** Makes one call with the items that may be sent; undefined when none may. */
  async function send(items: readonly PendingWrite[], slot: Slot): Promise<EndedCall | undefined> {
    for (const item of items) item.isOnWire = true;
    const recorded = await record(items);
    if (recorded.length > 0) return { items: recorded, sent: await call(recorded, slot) };
    slot.release();
    return undefined;
  }

  /** Keyed writes are put on disk before they go out. */
  async function record(items: readonly PendingWrite[]): Promise<PendingWrite[]> {
    const mayGo = await Promise.all(items.map((item) => item.record()));
    return items.filter((_, index) => mayGo[index]);
  }

  async function call(items: readonly PendingWrite[], slot: Slot): Promise<Sent> {
    const bodies = items.map(({ draft }) => draft.body);
    const askedBy = items.flatMap((item) => item.operation.requestIds);
    const sent = await wire.send(slot, { ...callOf(kind, collection, bodies), askedBy });
    onEnd();
    for (const item of items) Object.assign(item, { endedAt: clock.now(), isOnWire: false });
    if (policyOf(sent.kind).isTooLong) size = Math.max(1, Math.floor(Math.min(size, items.length) / 2));
    if (sent.kind === 'ok') size = Math.min(batchSize, size + Math.ceil(size / 4));
    return sent;
  }

  /** Makes one more call with the writes that are not yet answered. */
  async function sendAgain(items: readonly PendingWrite[], because: RetryReason): Promise<EndedCall | undefined> {
    const waiting = unanswered(lane, items).filter((item) => !isOver(item));
    if (waiting.length === 0) return undefined;
    const slot = await unlessLeft(waiting, wire.acquire({ participant: name }));
    const ended = await send(unanswered(lane, waiting), slot);
    if (ended !== undefined) observer.onRetry(kind.method, because);
    return ended;
  }

  /** Its caller hung up, or its deadline comes before its turn, and nothing has been written. */
  function isOver({ isOpen, operation: { signal, deadline }, reject }: PendingWrite): boolean {
    if (isOpen) return false;
    const late = clock.now() + wire.expectedWait(0) - deadline;
    if (signal.aborted) reject(signal.reason);
    else if (late > 0) reject(wire.overloaded(late));
    return signal.aborted || late > 0;
  }

  /** Waits; a write whose caller leaves meanwhile is answered at once, as long as nothing has been written. */
  async function unlessLeft<T>(items: readonly PendingWrite[], wait: Promise<T>): Promise<T> {
    const waited = new AbortController();
    for (const { operation, reject } of items.filter(({ isOpen }) => !isOpen)) {
      const { signal } = operation;
      signal.addEventListener('abort', () => reject(signal.reason), { once: true, signal: waited.signal });
    }
    return wait.finally(() => waited.abort());
  }

  return {
    send,
    sendAgain,
    /** Waits before a repetition; a write whose caller leaves meanwhile is answered at once. */
    backOff: (items: readonly PendingWrite[], tries: number) =>
      unlessLeft(items, sleep(clock, backOffMs(clock, tries))),
    /** Entities in one call at most: fewer for a while after a call was too long for amoCRM's gateway. */
    size: () => size,
  };
}
