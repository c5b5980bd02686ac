import type { Clock } from '../../clock.ts';
import { unknownBecause } from '../client/outcomes.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import type { Collection } from '../shapes/collection.ts';
import { createBatcher } from '../wire/batcher.ts';
import type { Observer } from '../wire/observer.ts';
import type { Wire } from '../wire/wire.ts';
import type { Draft } from './draft.ts';
import { createFollowUp } from './follow-up.ts';
import { createPendingWrite, type Order, type PendingWrite } from './pending-write.ts';
import type { Reconciler } from './reconcile.ts';
import { createWriteCalls } from './write-calls.ts';

/** One entity or note to create, or one entity to update. */
export interface Write {
  /** POST creates, PATCH updates (the draft's body then has the `id`). */
  method: 'POST' | 'PATCH';
  collection: Collection;
  draft: Draft;
}

export interface WriterOptions {
  method: 'POST' | 'PATCH';
  collection: Collection;
  wire: Wire;
  clock: Clock;
  reconciler: Reconciler;
  observer: Observer;
  /** Entities in one write at most. */
  batchSize: number;
  /** Milliseconds that one call may take. */
  timeoutMs: number;
  /** Told of each call that has ended. */
  onEnd(): void;
}

/** Calls of one kind on the wire at most; the rest gathers into larger ones. */
const concurrency = 2;

/** Writes of one method to one collection, shared into batches, each followed up until every item is answered. */
export function createWriter(options: WriterOptions) {
  const { method, collection, wire, clock, reconciler } = options;
  const name = `${method} ${collection.path}`;
  const underWay = new Set<PendingWrite>();
  const calls = createWriteCalls({ ...options, name, underWay });
  const follow = createFollowUp({ method, collection, calls, clock, reconciler });

  const write = createBatcher<Order, WriteAnswer>({
    name,
    wire,
    clock,
    max: calls.size,
    concurrency,
    ...(method === 'PATCH' ? { keyOf: ({ draft }) => draft.body.id } : {}),
    async send(entries, slot) {
      const items = entries.map((entry) => createPendingWrite(entry, { ...options, underWay }));
      const ended = await calls.send(items, slot);
      // The next call need not wait until the items of this one are answered.
      if (ended !== undefined) void follow(ended);
    },
  });

  return {
    write,
    /** Resolves when the calls that are on the wire now have ended. */
    quiet: calls.quiet,
    /** Answers all that is under way: nobody will find out any more what became of it. */
    abandon(reason: Error): void {
      for (const item of [...underWay]) {
        item.endedAt = clock.wall();
        item.reject(unknownBecause(reason));
      }
    },
  };
}
