import type { Cached } from '../operation/cached.ts';
import { startOperation } from '../operation/operation.ts';
import { newest } from '../reads/newest.ts';
import type { ReadPage } from '../reads/pages.ts';
import type { Collection } from '../shapes/collection.ts';
import type { Entity } from '../shapes/entities.ts';
import type { LookResult, Observer } from '../wire/observer.ts';
import type { Claims } from './claims.ts';
import { type Kind, type Match, matchKinds } from './kinds.ts';
import type { OpenCreate, OpenCreates } from './open-creates.ts';

/** Seconds of tolerance between our estimate of amoCRM's clock and the `created_at` of an entity. */
const slackSeconds = 5;
/** Pages of a look: at 7 calls of 50 a second 4,000 entities are made in 12 s, and a look reaches back over 5 s and a call. */
const maxLookPages = 16;

export interface ReconcilerOptions {
  read: ReadPage;
  /** The user that the integration writes as. */
  userId: Cached<number>;
  claims: Claims;
  openCreates: OpenCreates;
  observer: Observer;
  /** Monotonic milliseconds. */
  now(): number;
}

/**
 * The result of a look for one create in doubt. `too-many`: more matching entities than creates were sent, so none can
 * be called ours. `wait`: a matching entity may belong to an equal create in flight.
 */
export type Sighting = { id: number } | 'absent' | 'too-many' | 'wait';

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
export function createReconciler({ read, userId, claims, openCreates, observer, now }: ReconcilerOptions) {
  /** One look for all of them; undefined when it could not be made. */
  async function look<T extends OpenCreate>(
    collection: Collection,
    creates: readonly T[],
    options: LookOptions,
  ): Promise<Map<T, Sighting> | undefined> {
    if (creates.length === 0) return new Map();
    const seen = await readMatches(collection, creates, options);
    const sightings = seen && assign(collection, creates, seen);
    for (const create of creates) observer.onLook(resultOf(sightings?.get(create)));
    return sightings;
  }

  async function readMatches(
    collection: Collection,
    creates: readonly OpenCreate[],
    { ms, maxPages = maxLookPages }: LookOptions,
  ): Promise<Match[] | undefined> {
    const operation = startOperation('reconciliation', ms, [], [], now);
    try {
      const user = await userId(operation);
      const since = Math.min(...creates.map(windowOf));
      const isOurs = ({ created_by, id }: Entity) => created_by === user && !claims.has(collection.path, id);
      const entities = await newest(read, operation, collection, since, isOurs, maxPages);
      const all = new Set([...creates, ...openCreates.of(collection)]);
      return entities && (await matchKinds(collection, [...all], entities));
    } catch {
      return undefined; // The look failed; the caller looks again or answers OUTCOME_UNKNOWN.
    } finally {
      operation.end();
    }
  }

  /** Assigns to each create an entity of its own, as far as there are any. */
  function assign<T extends OpenCreate>(
    { path }: Collection,
    creates: readonly T[],
    matches: readonly Match[],
  ): Map<T, Sighting> {
    const asked = new Set<OpenCreate>(creates);
    const found = new Map<OpenCreate, number>();
    const taken = new Set<number>();
    const kept = new Set<number>();
    const free = new Map<Kind, OpenCreate[]>();
    for (const { kind, entity } of matches) {
      if (claims.has(path, entity.id)) taken.add(entity.id);
      if (kind.creates.some((create) => create.isOnWire && isIn(entity, create))) kept.add(entity.id);
    }
    for (const { kind, entity } of matches) {
      if (taken.has(entity.id) || kept.has(entity.id)) continue;
      const waiting = free.get(kind) ?? inTurn(kind, asked);
      free.set(kind, waiting);
      const index = waiting.findIndex((create) => isIn(entity, create));
      for (const create of index < 0 ? [] : waiting.splice(index, 1)) {
        taken.add(entity.id);
        found.set(create, entity.id);
      }
    }
    const left = matches.filter(({ entity }) => !taken.has(entity.id));
    const isKept = latestOf(left.filter(({ entity }) => kept.has(entity.id)));
    const isExcess = latestOf(left.filter(({ entity }) => !kept.has(entity.id)));
    return new Map(creates.map((create) => [create, sightingOf(create)]));

    function sightingOf(create: OpenCreate): Sighting {
      if (isExcess(create)) return 'too-many';
      const id = found.get(create);
      if (id === undefined) return isKept(create) ? 'wait' : 'absent';
      claims.add(path, id);
      return { id };
    }
  }

  return {
    look,
    /** Claims an id that an answer has named; false when it is claimed already. */
    claim: claims.add,
    track: openCreates.track,
  };
}

/** Whether one of the matches may be the result of the create. */
function latestOf(matches: readonly Match[]): (create: OpenCreate) => boolean {
  const latest = new Map<OpenCreate, Entity>();
  const byKind = Map.groupBy(matches, ({ kind }) => kind);
  for (const [{ creates }, group] of byKind) {
    const [first] = group.map(({ entity }) => entity).sort((a, b) => (b.created_at ?? 0) - (a.created_at ?? 0));
    for (const create of creates) if (first !== undefined) latest.set(create, first);
  }
  return (create) => {
    const entity = latest.get(create);
    return entity !== undefined && isIn(entity, create);
  };
}

/** The creates that the look is for come first, and of those the latest, which has the fewest candidates. */
function inTurn({ creates }: Kind, asked: ReadonlySet<OpenCreate>): OpenCreate[] {
  const turn = (create: OpenCreate) => (asked.has(create) ? 0 : 1);
  return creates.filter(({ isOnWire }) => !isOnWire).sort((a, b) => turn(a) - turn(b) || b.from - a.from);
}

/** Unix seconds: an entity created earlier cannot be the result of the create. */
function windowOf({ from }: OpenCreate): number {
  return Math.floor(from) - slackSeconds;
}

function isIn({ created_at }: Entity, create: OpenCreate): boolean {
  return (created_at ?? 0) >= windowOf(create);
}

function resultOf(sighting: Sighting | undefined): LookResult {
  if (sighting === undefined) return 'unseen';
  return typeof sighting === 'object' ? 'found' : sighting;
}
