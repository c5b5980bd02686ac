import { LRUCache } from 'lru-cache';
import type { Cached } from '../operation/cached.ts';
import { startOperation } from '../operation/operation.ts';
import { newest } from '../reads/newest.ts';
import type { ReadPage } from '../reads/pages.ts';
import type { Collection } from '../shapes/collection.ts';
import type { Entity } from '../shapes/entities.ts';
import type { LookResult, Observer } from '../wire/observer.ts';
import type { Draft } from './draft.ts';
import { agreement, readsBack, weigh } from './reads-back.ts';

/** Seconds by which amoCRM's clock may be off, and by which a write may be dated before or after its call. */
const slackSeconds = 5;
const maxClaimed = 100_000;
/** Pages of a look: at 7 calls of 50 a second 4,000 entities are made in 12 s, and a look reaches back over 5 s and a call. */
const maxLookPages = 16;

export interface ReconcilerOptions {
  read: ReadPage;
  /** The user that the integration writes as. */
  userId: Cached<number>;
  /** Milliseconds for one look. */
  deadlineMs: number;
  observer: Observer;
}

/** A create whose fate is open. Times are unix seconds by the server's clock: first sending and end of the last call. */
export interface OpenCreate {
  draft: Draft;
  from: number;
  to: number;
}

/** What a look says of one open create. `too-many`: more such entities than were sent, so none can be called ours. */
export type Sighting = { id: number } | 'absent' | 'too-many';

export type Reconciler = ReturnType<typeof createReconciler>;

/**
 * Finds out whether creates of unknown fate have happened, by looking among amoCRM's newest. An entity is ours when it
 * was made during the call, by our own user, and every key that was sent reads back equal; equal creates of our own are
 * interchangeable. Ids that an answer has named already are nobody else's.
 */
export function createReconciler({ read, userId, deadlineMs, observer }: ReconcilerOptions) {
  const claimed = new LRUCache<string, 'answer' | 'sighting'>({ max: maxClaimed });
  const open = new Map<string, Map<unknown, OpenCreate>>();

  /** One look for all of them, through so many pages of the newest; undefined when it could not be made. */
  async function look(
    collection: Collection,
    creates: readonly OpenCreate[],
    maxPages = maxLookPages,
  ): Promise<Map<OpenCreate, Sighting> | undefined> {
    const sightings = await tryToLook(collection, creates, maxPages);
    for (const create of creates) observer.onLook(resultOf(sightings?.get(create)));
    return sightings;
  }

  async function tryToLook(
    collection: Collection,
    creates: readonly OpenCreate[],
    maxPages: number,
  ): Promise<Map<OpenCreate, Sighting> | undefined> {
    const operation = startOperation('reconciliation', deadlineMs, []);
    try {
      const user = await userId(operation);
      const from = Math.min(...creates.map((create) => create.from)) - slackSeconds;
      const isOurs = ({ created_by, id }: Entity) => created_by === user && !claimed.has(`${collection.path} ${id}`);
      const candidates = await newest(read, operation, collection, Math.floor(from), isOurs, maxPages);
      return candidates === undefined ? undefined : assign(collection, creates, candidates);
    } catch {
      return undefined; // amoCRM could not be asked; the caller looks again or says that it does not know.
    } finally {
      operation.end();
    }
  }

  function assign(
    collection: Collection,
    creates: readonly OpenCreate[],
    candidates: readonly Entity[],
  ): Map<OpenCreate, Sighting> {
    const asked = new Set(creates);
    const tracked = new Set([...creates, ...(open.get(collection.path)?.values() ?? [])]);
    const pairs = candidates
      .filter(({ id }) => !claimed.has(`${collection.path} ${id}`))
      .flatMap((entity) => pairsOf(collection, entity, tracked, asked))
      .sort((a, b) => b.weight - a.weight || b.turn - a.turn || b.agreement - a.agreement || a.entity.id - b.entity.id);
    const found = new Map<OpenCreate, Entity>();
    const taken = new Set<Entity>();
    for (const { create, entity } of pairs) {
      if (found.has(create) || taken.has(entity)) continue;
      found.set(create, entity);
      taken.add(entity);
    }
    const doubtful = new Set(pairs.filter(({ entity }) => !taken.has(entity)).map(({ create }) => create));
    return new Map(creates.map((create) => [create, doubtful.has(create) ? 'too-many' : sighting(found.get(create))]));

    function sighting(entity: Entity | undefined): Sighting {
      if (entity === undefined) return 'absent';
      claimed.set(`${collection.path} ${entity.id}`, 'sighting');
      return { id: entity.id };
    }
  }

  return {
    look,
    /** Notes that an answer has named the id; false when a look has given it to another create before. */
    claim(path: string, id: number): boolean {
      const key = `${path} ${id}`;
      if (claimed.get(key) === 'sighting') return false;
      claimed.set(key, 'answer');
      return true;
    },
    /**
     * Takes note of creates whose fate is open, from their sending until they are answered. Of those with one `id` the
     * latest counts.
     */
    track(path: string, create: OpenCreate, id: unknown = create): () => void {
      const tracked = open.get(path) ?? new Map<unknown, OpenCreate>();
      open.set(path, tracked.set(id, create));
      return () => void tracked.delete(id);
    },
  };
}

function resultOf(sighting: Sighting | undefined): LookResult {
  if (sighting === undefined) return 'unseen';
  return typeof sighting === 'object' ? 'found' : sighting;
}

interface Pair {
  create: OpenCreate;
  entity: Entity;
  weight: number;
  /** 1 for creates that are asked for, 0 for their like that wait for an answer of their own. */
  turn: number;
  agreement: number;
}

/** The creates that the entity can be of. */
function pairsOf(
  collection: Collection,
  entity: Entity,
  tracked: ReadonlySet<OpenCreate>,
  asked: ReadonlySet<OpenCreate>,
): Pair[] {
  const alike = [...tracked].filter(({ draft }) => readsBack(collection, draft.body, entity));
  if (!isDuring(entity, alike)) return [];
  return alike.map((create) => ({
    create,
    entity,
    weight: weigh(collection, create.draft.body),
    turn: asked.has(create) ? 1 : 0,
    agreement: agreement(collection, create.draft.body, entity),
  }));
}

function isDuring({ created_at = 0 }: Entity, creates: readonly OpenCreate[]): boolean {
  return creates.some(
    ({ from, to }) => created_at >= Math.floor(from) - slackSeconds && created_at <= Math.ceil(to) + slackSeconds,
  );
}
