import { isDeepStrictEqual } from 'node:util';
import { LRUCache } from 'lru-cache';
import type { Cached } from './cached.ts';
import { startCall } from './call.ts';
import type { Draft } from './draft.ts';
import type { Entity } from './entities.ts';
import { newest, type ReadPage } from './newest.ts';
import { readsBack } from './same.ts';

/** Seconds by which amoCRM's clock may be off, and by which a write may be dated before or after its call. */
const slackSeconds = 5;
const maxClaimed = 100_000;

export interface ReconcilerOptions {
  read: ReadPage;
  /** The user that the integration writes as. */
  userId: Cached<number>;
  /** Milliseconds for one look. */
  deadlineMs: number;
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
export function createReconciler({ read, userId, deadlineMs }: ReconcilerOptions) {
  const claimed = new LRUCache<string, 'answer' | 'sighting'>({ max: maxClaimed });
  const open = new Map<string, Set<OpenCreate>>();

  /** One look for all of them; undefined when it could not be made. */
  async function look(
    collection: string,
    creates: readonly OpenCreate[],
  ): Promise<Map<OpenCreate, Sighting> | undefined> {
    const call = startCall('reconciliation', deadlineMs, []);
    try {
      const user = await userId(call);
      const from = Math.min(...creates.map((create) => create.from)) - slackSeconds;
      const isOurs = ({ created_by, id }: Entity) => created_by === user && !claimed.has(`${collection} ${id}`);
      const candidates = await newest(read, call, collection, Math.floor(from), isOurs);
      return candidates === undefined ? undefined : assign(collection, creates, candidates);
    } catch {
      return undefined; // amoCRM could not be asked; the caller looks again or says that it does not know.
    } finally {
      call.end();
    }
  }

  function assign(
    collection: string,
    creates: readonly OpenCreate[],
    candidates: readonly Entity[],
  ): Map<OpenCreate, Sighting> {
    const sightings = new Map<OpenCreate, Sighting>();
    // What says most is matched first, so that a create with fewer keys does not take another's entity.
    const groups = groupEqual(creates).sort((a, b) => weigh(b[0]) - weigh(a[0]));
    for (const group of groups) {
      const [first] = group;
      const twins = [...(open.get(collection) ?? [])].filter((other) =>
        isDeepStrictEqual(other.draft.body, first.draft.body),
      );
      const matching = candidates.filter((entity) => isDuring(entity, twins) && readsBack(first.draft.body, entity));
      const free = matching.filter(({ id }) => !claimed.has(`${collection} ${id}`)).sort((a, b) => a.id - b.id);
      for (const [index, create] of group.entries()) {
        const entity = free[index];
        if (free.length > twins.length) sightings.set(create, 'too-many');
        else if (entity === undefined) sightings.set(create, 'absent');
        else {
          claimed.set(`${collection} ${entity.id}`, 'sighting');
          sightings.set(create, { id: entity.id });
        }
      }
    }
    return sightings;
  }

  return {
    look,
    /** Notes that an answer has named the id; false when a look has given it to another create before. */
    claim(collection: string, id: number): boolean {
      const key = `${collection} ${id}`;
      if (claimed.get(key) === 'sighting') return false;
      claimed.set(key, 'answer');
      return true;
    },
    /** Takes note of creates whose fate is open, from their sending until they are answered. */
    track(collection: string, create: OpenCreate): () => void {
      const tracked = open.get(collection) ?? new Set();
      open.set(collection, tracked.add(create));
      return () => void tracked.delete(create);
    },
  };
}

type Group = [OpenCreate, ...OpenCreate[]];

function groupEqual(creates: readonly OpenCreate[]): Group[] {
  const groups = new Map<string, Group>();
  for (const create of creates) {
    const key = JSON.stringify(create.draft.body);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [create]);
    else group.push(create);
  }
  return [...groups.values()];
}

function weigh({ draft }: OpenCreate): number {
  return JSON.stringify(draft.body).length;
}

function isDuring({ created_at = 0 }: Entity, twins: readonly OpenCreate[]): boolean {
  return twins.some(
    ({ from, to }) => created_at >= Math.floor(from) - slackSeconds && created_at <= Math.ceil(to) + slackSeconds,
  );
}
