import type { Collection } from '../../shapes/collection.ts';
import type { ParentType } from '../../shapes/entities.ts';

/** Where links from entities of a type are made or undone. */
export function linksFrom(entityType: ParentType, posts: 'link' | 'unlink'): Collection {
  const path = `${entityType}/${posts}`;
  return { path, list: 'links', posts, mark: 'entity_id', lookQuery: [], notCompared: [], links: [] };
}
