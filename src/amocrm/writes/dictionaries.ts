import { fold } from '../../text/names.ts';
import type { Operation } from '../operation/operation.ts';
import { type ReadPage, readPages, wholePages } from '../reads/pages.ts';
import type { Read } from '../reads/read.ts';
import { type Collection, homeOf } from '../shapes/collection.ts';
import { type Entity, readEntityList } from '../shapes/entities.ts';
import type { Sighting } from './assign.ts';
import type { Claims } from './claims.ts';
import type { OpenCreate } from './open-creates.ts';

type Entered = Pick<OpenCreate, 'body' | 'before' | 'logged'>;

export type Dictionaries = ReturnType<typeof createDictionaries>;

/**
 * The account's own dictionaries: pipelines, statuses, custom fields and so on. They do not tell when or by whom an item
 * was made, and have no order of creation. So a create is found by the ids that were not there before it, and its name.
 */
export function createDictionaries(read: Read, claims: Pick<Claims, 'add' | 'has'>) {
  /** All items; none where what the path names is not there. Errors: those of reads. */
  async function itemsOf({ path, list, lookQuery }: Collection, operation: Operation): Promise<Entity[]> {
    const items: Entity[] = [];
    const readPage: ReadPage = (...page) => read(...page, { mayBeAbsent: true });
    for await (const page of readPages(readPage, path, [wholePages, ...lookQuery], operation))
      items.push(...readEntityList(page, list));
    return items;
  }

  return {
    /** The ids of all items. Errors: those of reads. */
    async idsOf(collection: Collection, operation: Operation): Promise<number[]> {
      return (await itemsOf(collection, operation)).map(({ id }) => id);
    },
    /** Looks for creates of a dictionary. Errors: those of reads. */
    async look<T extends Entered>(
      collection: Collection,
      creates: readonly T[],
      operation: Operation,
    ): Promise<Map<T, Sighting>> {
      const items = await itemsOf(collection, operation);
      return new Map(creates.map((create) => [create, sight(collection, create, items)]));
    },
  };

  function sight(collection: Collection, { body, before, logged }: Entered, items: readonly Entity[]): Sighting {
    const { mark } = collection;
    const home = homeOf(collection);
    const there = new Set(before);
    const isOurs = (item: Entity) =>
      !there.has(item.id) && !claims.has(home, item.id) && nameOf(item, mark) === nameOf(body, mark);
    const [found, ...others] = items.filter(isOurs);
    if (found === undefined) return 'absent';
    if (others.length > 0) return 'too-many';
    claims.add(home, found.id, logged);
    return { ...found };
  }
}

function nameOf(item: Record<string, unknown>, mark: string): string {
  return fold(String(item[mark]));
}
