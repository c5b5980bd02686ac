import { unknownBecause } from '../client/outcomes.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import type { Collection } from '../shapes/collection.ts';
import { createBatcher } from '../wire/batcher.ts';
import type { Draft } from './draft.ts';
import { createFollowUp } from './follow-up.ts';
import type { Lane, Redraft } from './lane.ts';
import { createPendingWrite, type Order } from './pending-write.ts';
import { createWriteCalls } from './write-calls.ts';

/** One item to post to a list (a new entity, a note, a link), or one entity to update. */
export type Write = { collection: Collection; draft: Draft } & (
  | { method: 'POST' }
  /** The draft's body has the `id`. */
  | { method: 'PATCH'; redraft: Redraft }
);

/** Calls of one lane in flight at most; other writes wait and share larger calls. */
const concurrency = 2;

/** Collects writes of a lane into batches and follows each call up until every item is answered. */
export function createWriter(options: Omit<Lane, 'name' | 'underWay'>) {
  const { kind, collection, wire, clock } = options;
  const { keyOf } = kind;
  const lane: Lane = { ...options, name: `${kind.method} ${collection.path}`, underWay: new Set() };
  const calls = createWriteCalls(lane);
  const follow = createFollowUp(lane, calls);

  const write = createBatcher<Order, WriteAnswer>({
    name: lane.name,
    wire,
    clock,
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

  return {
    write,
    /** Answers all writes in progress: their outcome will not be found out any more. */
    abandon(reason: Error): void {
      for (const item of [...lane.underWay]) {
        item.endedAt = clock.now();
        item.reject(unknownBecause(reason));
      }
    },
  };
}
