import type { Clock } from '../../clock.ts';
import { Problem } from '../../problems/problem.ts';
import { unknownBecause } from '../client/outcomes.ts';
import type { Operation } from '../operation/operation.ts';
import type { LoggedWrite, WriteAnswer } from '../operation/write-log.ts';
import type { Collection } from '../shapes/collection.ts';
import type { Entry } from '../wire/batcher.ts';
import type { Observer } from '../wire/observer.ts';
import type { Wire } from '../wire/wire.ts';
import { writtenOf } from './answers.ts';
import type { Draft } from './draft.ts';
import type { OpenCreate, Reconciler } from './reconcile.ts';

/** A write with its place in the journal, where its request has a key. */
export interface Order {
  draft: Draft;
  logged: LoggedWrite | undefined;
}

/** A write under way. It is answered once; what comes later is passed over. */
export interface PendingWrite extends OpenCreate {
  operation: Operation;
  /** When its last call ended, wall-clock milliseconds. */
  endedAt: number;
  /** Whether an earlier sending may have done it. */
  open: boolean;
  /** Times that it was sent again after it had been looked for in vain. */
  resent: number;
  /**
   * Puts it on disk, where it has a key, before it goes out in a call that lasts until `endedAt` (wall-clock ms) at
   * most. False: it was refused, or its caller left meanwhile, and it must not go out.
   */
  record(endedAt: number): Promise<boolean>;
  /** The last sending certainly did nothing. */
  forget(): void;
  settle(answer: WriteAnswer): void;
  reject(reason: unknown): void;
}

export interface PendingWriteParts {
  method: 'POST' | 'PATCH';
  collection: Collection;
  wire: Wire;
  clock: Clock;
  reconciler: Reconciler;
  observer: Observer;
  /** All that are not answered yet. */
  underWay: Set<PendingWrite>;
}

export function createPendingWrite(
  { item: order, operation, ...entry }: Entry<Order, WriteAnswer>,
  parts: PendingWriteParts,
): PendingWrite {
  const { method, collection, wire, clock, reconciler, observer, underWay } = parts;
  const { draft, logged } = order;
  const sentAt = clock.wall();
  let untrack = () => {};

  const item: PendingWrite = {
    draft,
    operation,
    endedAt: sentAt,
    // Reckoned anew at each look: nothing may be known of the server's clock until an answer has come.
    get from() {
      return wire.serverTime(sentAt).earliest;
    },
    get to() {
      return wire.serverTime(item.endedAt).latest;
    },
    open: logged?.begun !== undefined,
    resent: 0,
    async record(endedAt) {
      try {
        await logged?.send({ method, collection: collection.path, body: draft.body, sentAt, endedAt });
        if (!item.open) operation.signal.throwIfAborted();
        return underWay.has(item);
      } catch (refusal) {
        item.reject(item.open ? unknownBecause(refusal) : refusal);
        return false;
      }
    },
    forget() {
      if (!item.open) logged?.forget();
    },
    settle(answer) {
      if (!underWay.delete(item)) return;
      untrack();
      logged?.finish(answer);
      operation.written.push(writtenOf(collection.path, answer));
      entry.resolve(answer);
    },
    reject(reason) {
      if (!underWay.delete(item)) return;
      const isOpen = !(reason instanceof Problem) || reason.code === 'OUTCOME_UNKNOWN';
      // What goes on under its key stays among the open creates.
      if (logged === undefined || !isOpen) untrack();
      if (isOpen) observer.onUnknown();
      if (isOpen) logged?.leaveOpen(item.endedAt);
      else logged?.forget();
      entry.reject(reason);
    },
  };
  underWay.add(item);
  if (method === 'POST') untrack = reconciler.track(collection.path, item, logged?.id);
  return item;
}
