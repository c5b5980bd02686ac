import type { Amo } from './amo.ts';
import { type Entity, readEntityList } from './entities.ts';
import { readPages } from './pages.ts';

const maxPages = 4;
const pageSize = 250;

/**
 * The entities made at or after `since` (unix seconds) that match, newest first; undefined when four pages of 250 do
 * not reach back so far. This list shows writes at once, where amoCRM's search may lag behind. Ids grow, so the
 * order by id is the order of making.
 */
export async function newest(
  amo: Amo,
  collection: string,
  since: number,
  matches: (entity: Entity) => boolean,
): Promise<Entity[] | undefined> {
  const found: Entity[] = [];
  const query = [
    ['order[id]', 'desc'],
    ['limit', String(pageSize)],
  ] as const;
  let pages = 0;
  for await (const page of readPages(amo.gate, collection, query, amo.call)) {
    const entities = readEntityList(page, collection.split('/').at(-1) ?? '');
    const recent = entities.filter(({ created_at = 0 }) => created_at >= since);
    found.push(...recent.filter(matches));
    if (recent.length < entities.length) return found;
    pages += 1;
    if (pages === maxPages) return undefined;
  }
  return found;
}
