import type { WriteAnswer } from '../operation/write-log.ts';
import { type Collection, homeOf } from '../shapes/collection.ts';
import type { Entity } from '../shapes/entities.ts';
import type { Claims } from './claims.ts';
import type { Kind, Match } from './kinds.ts';
import type { OpenCreate } from './open-creates.ts';

/** Seconds of tolerance between our estimate of amoCRM's clock and the `created_at` of an entity. */
const slackSeconds = 5;
/**
 * The result of a look for one create in doubt: its answer, or why there is none. `too-many`: more matching entities
 * than creates were sent, so none can be called ours. `wait`: a matching entity may belong to an equal create in flight.
 * `unseen`: it is in none of the lists that could be read, but not all of them could.
 */
export type Sighting = WriteAnswer | 'absent' | 'too-many' | 'wait' | 'unseen';

/** What a look has found. */
export interface Seen {
  matches: readonly Match[];
  /** Whether all lists could be read. */
  isWhole: boolean;
}

/** Assigns to each create an entity of its own, as far as there are any. */
export function assign<T extends OpenCreate>(
  collection: Collection,
  creates: readonly T[],
  { matches, isWhole }: Seen,
  claims: Pick<Claims, 'add' | 'has'>,
): Map<T, Sighting> {
  const { told = [] } = collection;
  const path = homeOf(collection);
  const asked = new Set<OpenCreate>(creates);
  const found = new Map<OpenCreate, Entity>();
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
      found.set(create, entity);
    }
  }
  const left = matches.filter(({ entity }) => !taken.has(entity.id));
  const isKept = latestOf(left.filter(({ entity }) => kept.has(entity.id)));
  const isExcess = latestOf(left.filter(({ entity }) => !kept.has(entity.id)));
  return new Map(creates.map((create) => [create, sightingOf(create)]));

  function sightingOf(create: OpenCreate): Sighting {
    if (isExcess(create)) return 'too-many';
    const entity = found.get(create);
    if (entity !== undefined) {
      claims.add(path, entity.id, create.logged);
      return { id: entity.id, ...pick(entity, told) };
    }
    if (isKept(create)) return 'wait';
    return isWhole ? 'absent' : 'unseen';
  }
}

function pick(entity: Entity, keys: readonly string[]) {
  return Object.fromEntries(Object.entries(entity).filter(([key]) => keys.includes(key)));
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
export function windowOf({ from }: OpenCreate): number {
  return Math.floor(from) - slackSeconds;
}

function isIn({ created_at }: Entity, create: OpenCreate): boolean {
  return (created_at ?? 0) >= windowOf(create);
}
