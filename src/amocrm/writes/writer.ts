import { unknownBecause } from '../client/outcomes.ts';
import type { Operation } from '../operation/operation.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import type { Slot } from '../pace/pacer.ts';
import { homeOf } from '../shapes/collection.ts';
import { createBatcher } from '../wire/batcher.ts';
import { createFollowUp } from './follow-up.ts';
import type { Lane, PendingWrite } from './lane.ts';
import { createPendingWrite, type Order } from './pending-write.ts';
import { createWriteCalls } from './write-calls.ts';

export interface Writer {
  write(order: Order, operation: Operation): Promise<WriteAnswer>;
  /** Answers all writes in progress: their outcome will not be found out any more. */
  abandon(reason: Error): void;
}

/** Calls of one lane in flight at most; other writes wait and share larger calls. */
const concurrency = 2;

/** Collects writes of a lane into batches and follows each call up until every item is answered. */
export function createWriter(options: Omit<Lane, 'name' | 'underWay'>): Writer {
  const { lane, calls, follow, abandon } = openLane(options);
  const { keyOf } = lane.kind;
  const write = createBatcher<Order, WriteAnswer>({
    ...lane,
    max: calls.size,
    concurrency,
    ...(keyOf === undefined ? {} : { keyOf: ({ draft }) => keyOf(draft.body) }),
    async send(entries, slot) {
      const items = entries.map((entry) => createPendingWrite(entry, lane));
      const ended = await calls.send(items, slot);
      // The next call does not wait until the items of this one are answered.
      if (ended !== undefined) void follow(ended);
    },
  });
  return { write, abandon };
}

/** For one write that shares its call with no other: like a read, it waits in its caller's turn. */
export function createLoneWriter(options: Omit<Lane, 'name' | 'underWay'>): Writer {
  const { lane, calls, follow, abandon } = openLane(options);
  return {
    abandon,
    async write(order, operation) {
      const { caller: participant, signal, deadline, hasBegun } = operation;
      const slot = await lane.wire.acquire({ participant, signal, deadline, isFirst: !hasBegun });
      operation.hasBegun = true;
      const { promise, resolve, reject } = Promise.withResolvers<WriteAnswer>();
      const item = createPendingWrite({ item: order, operation, resolve, reject }, lane);
      void carryOut(item, slot).catch(item.reject);
      return promise;
    },
  };

  async function carryOut(item: PendingWrite, slot: Slot): Promise<void> {
    const ended = await calls.send([item], slot);
    if (ended !== undefined) await follow(ended);
  }
}

function openLane(options: Omit<Lane, 'name' | 'underWay'>) {
  const { kind, collection, clock } = options;
  const lane: Lane = { ...options, name: `${kind.method} ${homeOf(collection)}`, underWay: new Set() };
  const calls = createWriteCalls(lane);
  return {
    lane,
    calls,
    follow: createFollowUp(lane, calls),
    abandon(reason: Error): void {
      for (const item of [...lane.underWay]) {
        item.endedAt = clock.now();
        item.reject(unknownBecause(reason));
      }
    },
  };
}
