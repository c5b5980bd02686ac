import { unknownFate } from '../client/outcomes.ts';
import type { Collection } from '../shapes/collection.ts';
import type { PendingWrite } from './pending-write.ts';
import type { Reconciler } from './reconcile.ts';
import type { WriteCalls } from './write-calls.ts';

/** Looks in amoCRM for creates under way whose fate is open. */
export function createLook(collection: Collection, calls: WriteCalls, reconciler: Reconciler) {
  /** Answers what is found and gives back what is absent; undefined when amoCRM could not be asked. */
  return async function look(asked: readonly PendingWrite[]): Promise<PendingWrite[] | undefined> {
    // Equal creates on the wire would be taken for these.
    await calls.quiet();
    const items = calls.unanswered(asked);
    if (items.length === 0) return [];
    const sightings = await reconciler.look(collection, items);
    if (sightings === undefined) return undefined;
    return items.filter((item) => {
      const sighting = sightings.get(item);
      if (sighting === undefined || sighting === 'absent') return true;
      if (sighting === 'too-many') item.reject(unknownFate('more equal entities are there than were sent', {}));
      else item.settle(sighting);
      return false;
    });
  };
}
