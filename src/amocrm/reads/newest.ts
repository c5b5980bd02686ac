import type { Operation } from '../operation/operation.ts';
import type { Collection } from '../shapes/collection.ts';
import { type Entity, readEntityList } from '../shapes/entities.ts';
import { nextQuery } from '../shapes/hal.ts';
import { onceMore } from './once-more.ts';
import type { ReadPage } from './pages.ts';
import { wholePages } from './pages.ts';
import type { Query } from './read.ts';

/**
 * The entities or notes of a list that were created at or after `since` (unix seconds) and match, newest first;
 * undefined when this many whole pages do not reach back to `since`, or come in another order. This list shows writes
 * at once, whereas amoCRM's search index may lag. Ids grow, so the order by id is the order of creation.
 */
export async function newest(
  read: ReadPage,
  operation: Operation,
  { path, list, lookQuery }: Pick<Collection, 'path' | 'list' | 'lookQuery'>,
  since: number,
  matches: (entity: Entity) => boolean,
  maxPages = 4,
): Promise<Entity[] | undefined> {
  const show = (place: Query) =>
    onceMore(
      () => read(path, place, operation),
      (page) => page === undefined,
    );
  // Entities created meanwhile shift the rest, so a page may repeat the end of the one before.
  const found = new Map<number, Entity>();
  let query: Query | undefined = [['order[id]', 'desc'], wholePages, ...lookQuery];
  for (let pages = 0; query !== undefined; pages += 1) {
    if (pages === maxPages) return undefined;
    const page = await show(query);
    const entities = page === undefined ? [] : readEntityList(page, list);
    const recent = entities.filter(({ created_at }) => (created_at ?? 0) >= since);
    for (const entity of recent.filter(matches)) found.set(entity.id, entity);
    query = nextQuery(page);
    // amoCRM ignores an order that it does not know: the newest may then be on any page.
    if (query !== undefined && !isNewestFirst(entities)) return undefined;
    // An imported entity may have an old date, so a single old date does not end the search.
    if (recent.length === 0) break;
  }
  return [...found.values()];
}

function isNewestFirst(entities: readonly Entity[]): boolean {
  return entities.every(({ id }, index) => index === 0 || id < (entities[index - 1]?.id ?? id));
}

/**
 * The same for all lists in which the creates of a collection show, as they were sent. `isWhole` is false where some
 * lists could not be read, or not far enough back; undefined where none could.
 */
export async function newestShown(
  collection: Collection,
  search: (list: Pick<Collection, 'path' | 'list' | 'lookQuery'>) => Promise<Entity[] | undefined>,
): Promise<{ entities: Entity[]; isWhole: boolean } | undefined> {
  const { shownIn = [{ ...collection, asSent: (entity: Entity) => entity }] } = collection;
  const searches = shownIn.map(async (list) => (await search(list))?.map(list.asSent));
  const ended = await Promise.allSettled(searches);
  const read = ended.flatMap((list) => (list.status === 'fulfilled' && list.value !== undefined ? [list.value] : []));
  return read.length === 0 ? undefined : { entities: read.flat(), isWhole: read.length === ended.length };
}
