import type { Static } from 'typebox';
import type { Entity, Kind } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { type Violation, violation } from '../validation/violation.ts';
import type { TagRefs } from './draft.ts';

export interface TagsDraft {
  tags_to_add?: Static<typeof TagRefs>;
  tags_to_delete?: Static<typeof TagRefs>;
  _embedded?: { tags?: Static<typeof TagRefs> | null };
}

type TagRef = Static<typeof TagRefs>[number];

/**
 * A tag is named by id or by name; beside an id the name and colour say nothing, as clients send a tag whole. An unknown
 * name makes a new tag, an unknown id is refused.
 */
export function checkTags(store: Store, kind: Kind, draft: TagsDraft, found: Violation[]): void {
  const lists = {
    tags_to_add: draft.tags_to_add,
    tags_to_delete: draft.tags_to_delete,
    '_embedded.tags': draft._embedded?.tags,
  };
  for (const [path, tags] of Object.entries(lists)) {
    for (const [index, { id, name }] of (tags ?? []).entries()) {
      const at = `${path}.${index}`;
      if (!isGiven(id) && !isGiven(name)) found.push(violation('FieldMissing', `${at}.name`));
      else if (isGiven(id) && !store.tags[kind].has(id)) found.push(violation('NotSupportedChoice', `${at}.id`));
    }
  }
}

/** `_embedded.tags` replaces the whole set; without it, tags_to_add and tags_to_delete change it. */
export function applyTags(store: Store, kind: Kind, entity: Entity, draft: TagsDraft): void {
  const given = draft._embedded?.tags;
  if (given !== undefined) {
    entity.tags = [...new Set(idsOf(given ?? []))];
    return;
  }
  const gone = new Set(idsOf(draft.tags_to_delete ?? []));
  entity.tags = [...new Set([...entity.tags, ...idsOf(draft.tags_to_add ?? [])])].filter((id) => !gone.has(id));

  function idsOf(tags: TagRef[]): number[] {
    return tags.map(({ id, name, color }) => id ?? store.tagId(kind, name ?? '', color ?? null));
  }
}

export function tagsView(store: Store, kind: Kind, entity: Entity) {
  return entity.tags.flatMap((id) => store.tags[kind].get(id) ?? []);
}

function isGiven<T>(value: T | null | undefined): value is T {
  return value !== undefined && value !== null;
}
