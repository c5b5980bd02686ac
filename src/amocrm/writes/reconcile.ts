import type { Timing } from '../../clock.ts';
import type { Cached } from '../operation/cached.ts';
import { type Operation, startOperation } from '../operation/operation.ts';
import { newest, newestShown } from '../reads/newest.ts';
import type { ReadPage } from '../reads/pages.ts';
import { type Collection, homeOf } from '../shapes/collection.ts';
import type { Entity } from '../shapes/entities.ts';
import type { LookResult, Observer } from '../wire/observer.ts';
import { assign, type Seen, type Sighting, windowOf } from './assign.ts';
import type { Claims } from './claims.ts';
import type { Dictionaries } from './dictionaries.ts';
import { matchKinds } from './kinds.ts';
import type { OpenCreate, OpenCreates } from './open-creates.ts';
import { readParts } from './read-parts.ts';

/** Pages of a look: at 7 calls of 50 a second 4,000 entities are made in 12 s, and a look reaches back over 5 s and a call. */
const maxLookPages = 16;

export interface ReconcilerOptions {
  read: ReadPage;
  /** The user that the integration writes as. */
  userId: Cached<number>;
  claims: Claims;
  openCreates: OpenCreates;
  dictionaries: Pick<Dictionaries, 'look'>;
  observer: Observer;
  /** Monotonic milliseconds. */
  clock: Timing;
}

interface LookOptions {
  /** Milliseconds for the look. */
  ms: number;
  /** Pages of the newest entities at most. */
  maxPages?: number;
}

export type Reconciler = ReturnType<typeof createReconciler>;

/**
 * Finds out whether creates in doubt have happened, by looking among amoCRM's newest entities. An entity is ours when
 * it was created after our call was sent, by our own user, and every key that was sent reads back equal. Equal creates
 * of our own are interchangeable: of n that were sent as many are answered as are found. Claimed ids are left out, and
 * an entity that may belong to an equal create in flight is left to that.
 */
export function createReconciler({
  read,
  userId,
  claims,
  openCreates,
  dictionaries,
  observer,
  clock,
}: ReconcilerOptions) {
  /** One look for all of them; undefined when it could not be made. */
  async function look<T extends OpenCreate>(
    collection: Collection,
    creates: readonly T[],
    { ms, maxPages = maxLookPages }: LookOptions,
  ): Promise<Map<T, Sighting> | undefined> {
    if (creates.length === 0) return new Map();
    const sightings = await onItsOwn(ms, async (operation) => {
      if (collection.posts === 'dictionary') return dictionaries.look(collection, creates, operation);
      const seen = await readMatches(collection, creates, operation, maxPages);
      return seen && assign(collection, creates, seen, claims);
    });
    for (const create of creates) observer.onLook(resultOf(sightings?.get(create)));
    return sightings;
  }

  /** undefined where the look fails: the caller looks again or answers OUTCOME_UNKNOWN. */
  async function onItsOwn<T>(ms: number, work: (operation: Operation) => Promise<T>): Promise<T | undefined> {
    const operation = startOperation('reconciliation', ms, [], [], clock);
    try {
      return await work(operation);
    } catch {
      return undefined;
    } finally {
      operation.end();
    }
  }

  async function readMatches(
    collection: Collection,
    creates: readonly OpenCreate[],
    operation: Operation,
    maxPages: number,
  ): Promise<Seen | undefined> {
    const user = await userId(operation);
    const since = Math.min(...creates.map(windowOf));
    const home = homeOf(collection);
    const isOurs = ({ created_by, id }: Entity) => created_by === user && !claims.has(home, id);
    const shown = await newestShown(collection, (list) => newest(read, operation, list, since, isOurs, maxPages));
    if (shown === undefined) return undefined;
    const all = [...new Set([...creates, ...openCreates.of(collection)])];
    const entities = await readParts(read, operation, { collection, creates: all, entities: shown.entities });
    return { matches: await matchKinds(collection, all, entities), isWhole: shown.isWhole };
  }

  return {
    look,
    /** Claims an id that an answer has named; false when it is claimed already. Looks find nothing without a number. */
    claim: (path: string, id: number | string, logged: OpenCreate['logged']): boolean =>
      typeof id === 'string' || claims.add(path, id, logged),
    /** Claims what was made together with an entity, or linked to it. */
    claimAll(parts: readonly { home: string; id: number }[], logged: OpenCreate['logged']): void {
      for (const { home, id } of parts) claims.add(home, id, logged);
    },
    saved: claims.saved,
    track: openCreates.track,
    leave: openCreates.leave,
  };
}

function resultOf(sighting: Sighting | undefined): LookResult {
  if (sighting === undefined) return 'unseen';
  return typeof sighting === 'object' ? 'found' : sighting;
}
