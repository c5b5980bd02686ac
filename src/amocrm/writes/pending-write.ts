import { Problem } from '../../problems/problem.ts';
import { forGood, unknownBecause } from '../client/outcomes.ts';
import type { LoggedWrite, WriteAnswer } from '../operation/write-log.ts';
import { homeOf } from '../shapes/collection.ts';
import type { Entry } from '../wire/batcher.ts';
import { writtenOf } from './answers.ts';
import type { Draft } from './draft.ts';
import type { Lane, PendingWrite, Proof, Redraft } from './lane.ts';
import { idsOfParts, type MadePart, partsOf } from './parts.ts';

/** A pending write with its journal record, where its request has a key. */
export interface Order {
  draft: Draft;
  /** For updates of a list. */
  redraft?: Redraft | undefined;
  /** For links, and for what is written alone and must not be done twice. */
  proof?: Proof | undefined;
  /** The ids that are there already, where an item is added to a dictionary. */
  before?: readonly number[] | undefined;
  logged: LoggedWrite | undefined;
}

/** A write in progress, tracked among the open creates and recorded in the journal until it is answered. */
export function createPendingWrite({ item: order, operation, ...entry }: Entry<Order, WriteAnswer>, lane: Lane) {
  const { kind, collection, wire, clock, reconciler, observer, underWay, timeoutMs } = lane;
  const { draft, proof, before, logged } = order;
  const sentAt = clock.now();
  const parts = partsOf(collection, draft.body);
  let tracked: (() => void)[] = [];
  /** By default everything is left to do, until the proof says that it is done. */
  const redraft = order.redraft ?? (async (own) => ((await proof?.(own)) === undefined ? draft : undefined));

  /** First sending and end of the last call, by amoCRM's clock, so that they stay valid after a restart. */
  const span = (endedAt: number) => ({
    sentAt: wire.serverTime(sentAt).earliest * 1000,
    endedAt: wire.serverTime(endedAt).latest * 1000,
  });

  const item: PendingWrite = {
    draft,
    redraft,
    proof,
    before: before ?? [],
    operation,
    endedAt: sentAt,
    // Computed at each look: amoCRM's clock may be unknown until the first answer.
    get from() {
      return wire.serverTime(sentAt).earliest;
    },
    get body() {
      return item.draft.body;
    },
    logged,
    isOnWire: true,
    isOpen: logged?.begun !== undefined,
    looks: 0,
    resent: 0,
    isProven: false,
    async record() {
      try {
        const record = {
          method: kind.method,
          collection: homeOf(collection),
          // What is written alone is known by its path. Its body is not read again, and may hold a password.
          body: collection.own === undefined ? item.draft.body : {},
          ...(before === undefined ? {} : { before }),
          ...span(clock.now() + timeoutMs),
        };
        await logged?.send(record);
        if (!item.isOpen) operation.signal.throwIfAborted();
        return underWay.has(item);
      } catch (refusal) {
        item.reject(item.isOpen ? unknownBecause(refusal) : refusal);
        return false;
      }
    },
    forget() {
      if (!item.isOpen) logged?.forget();
    },
    settle(answer) {
      if (!underWay.delete(item)) return;
      untrack();
      reconciler.claimAll(idsOfParts(parts, answer), logged);
      logged?.finish(answer);
      operation.written.push(writtenOf(homeOf(collection), answer));
      // A process that is killed now must not give the ids of this answer to another one.
      void reconciler.saved().then(() => entry.resolve(answer));
    },
    reject(reason) {
      if (!underWay.delete(item)) return;
      item.isOnWire = false;
      const isInDoubt = !(reason instanceof Problem) || reason.code === 'OUTCOME_UNKNOWN';
      // A create in doubt may own what an equal one finds, so it stays among the open creates.
      if (!isInDoubt) untrack();
      else if (tracked.length > 0) reconciler.leave(item, untrack);
      if (isInDoubt) observer.onUnknown();
      if (isInDoubt) logged?.leaveOpen(span(item.endedAt));
      else logged?.forget();
      entry.reject(reason instanceof Problem && isInDoubt && kind.inDoubt === 'give up' ? forGood(reason) : reason);
    },
  };
  underWay.add(item);
  if (kind.inDoubt === 'look') track();
  return item;

  function track(): void {
    tracked = [reconciler.track(homeOf(collection), item, logged?.id), ...parts.map(trackPart)];
  }

  /** While the create is in progress, looks for creates equal to one of its parts must not take that part. */
  function trackPart({ home, body }: MadePart): () => void {
    return reconciler.track(home, {
      body,
      before: [],
      get from() {
        return item.from;
      },
      get isOnWire() {
        return underWay.has(item);
      },
    });
  }

  function untrack(): void {
    for (const end of tracked) end();
  }
}
