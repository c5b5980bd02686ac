import type { Amo } from '../amo.ts';
import { type Entity, type EntityType, entityTypes, readEntityList } from '../shapes/entities.ts';
import { nextQuery } from '../shapes/hal.ts';
import { type Readable, withFields } from './create-entity.ts';
import { remember } from './references.ts';

export interface SearchParams {
  query: string;
  /** Items on a page, for each entity type. */
  limit: number;
  /** From 1 on. */
  page: number;
}

export interface SearchResult {
  items: (Readable<Entity> & { entity_type: EntityType })[];
  count: number;
  entity_type: EntityType | 'all';
  /** Whether amoCRM offers a further page; it may be empty. */
  has_more: boolean;
}

/**
 * One page of amoCRM's full-text search, for one entity type or for all at once. Errors: those of reads. Source:
 * developers' reference, lists (`query`).
 */
export async function searchEntities(
  amo: Amo,
  params: SearchParams & { entity_type: EntityType | 'all' },
): Promise<SearchResult> {
  const { entity_type } = params;
  const types = entity_type === 'all' ? entityTypes : [entity_type];
  const pages = await Promise.all(types.map((type) => searchPage(amo, type, params)));
  const items = await Promise.all(
    pages.flatMap(({ entityType, entities }) =>
      entities.map(async (entity) => ({ ...(await withFields(amo, entityType, entity)), entity_type: entityType })),
    ),
  );
  return { items, count: items.length, entity_type, has_more: pages.some(({ hasMore }) => hasMore) };
}

/** One page of amoCRM's full-text search for one entity type. Throws AMOCRM_ERROR and the errors of reads. */
export async function searchPage(amo: Amo, entityType: EntityType, { query, limit, page }: SearchParams) {
  const params = Object.entries({ query, limit: String(limit), page: String(page) });
  const answer = await amo.gate.read(entityType, params, amo.operation);
  const entities = answer === undefined ? [] : readEntityList(answer, entityType);
  for (const { id } of entities) remember(amo, entityType, id);
  return { entityType, entities, hasMore: nextQuery(answer) !== undefined };
}
