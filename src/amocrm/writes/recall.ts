import type { Clock } from '../../clock.ts';
import type { Problem } from '../../problems/problem.ts';
import { unknownFate } from '../client/outcomes.ts';
import type { Operation } from '../operation/operation.ts';
import type { LoggedWrite, WriteAnswer, WriteRecord } from '../operation/write-log.ts';
import type { Collection } from '../shapes/collection.ts';
import type { Wire } from '../wire/wire.ts';
import { writtenOf } from './answers.ts';
import type { OpenCreate, Reconciler } from './reconcile.ts';

/** Seconds after the end of its call for which an absent create may still turn up. */
const patienceSeconds = 60;
/** Much may have been made since; it is looked through once, not again and again as while a call is under way. */
const maxPages = 40;

export type Recall = ReturnType<typeof createRecall>;

/** What has become of the writes that an earlier try of a keyed request has begun. */
export function createRecall(reconciler: Reconciler, wire: Wire, clock: Clock) {
  return {
    /** Counts a create of an earlier process among those whose fate is open. */
    keep(id: string, write: WriteRecord): void {
      reconciler.track(write.collection, openCreate(write, wire), id);
    },
    /**
     * The answer of a write that has happened; undefined for one that is to be sent: never begun, an update (its values
     * are absolute), or a create that is still absent a minute after its call. `quiet` resolves when no equal create
     * is on the wire. Throws OUTCOME_UNKNOWN where it is too early to tell.
     */
    async recall(
      collection: Collection,
      logged: LoggedWrite,
      operation: Operation,
      quiet: () => Promise<unknown>,
    ): Promise<WriteAnswer | undefined> {
      const { begun } = logged;
      if (begun === undefined || begun.answer !== undefined) return begun?.answer;
      if (begun.method === 'PATCH') return undefined;
      operation.signal.throwIfAborted();
      const create = openCreate(begun, wire);
      const untrack = reconciler.track(begun.collection, create, logged.id);
      await quiet();
      const leftMs = begun.endedAt + patienceSeconds * clock.second - clock.wall();
      const sightings = await reconciler.look(collection, [create], maxPages);
      const sighting = sightings?.get(create) ?? 'unseen';
      if (typeof sighting === 'object') {
        untrack();
        logged.finish(sighting);
        operation.written.push(writtenOf(begun.collection, sighting));
        return sighting;
      }
      if (sighting !== 'absent' || leftMs > 0) throw tooEarly(sighting, leftMs / clock.second);
      untrack();
      logged.forget();
      return undefined;
    },
  };
}

function openCreate({ body, sentAt, endedAt }: WriteRecord, wire: Wire): OpenCreate {
  return {
    draft: { body, origins: [] },
    get from() {
      return wire.serverTime(sentAt).earliest;
    },
    get to() {
      return wire.serverTime(endedAt).latest;
    },
  };
}

const reasons = {
  absent: 'it is not to be seen yet',
  'too-many': 'more equal entities are there than were sent',
  unseen: 'amoCRM’s newest entities could not be looked through',
};

function tooEarly(sighting: keyof typeof reasons, leftSeconds: number): Problem {
  return unknownFate(reasons[sighting], { retryAfter: Math.max(1, leftSeconds) });
}
