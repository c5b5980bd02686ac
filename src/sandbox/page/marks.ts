import { SINGULAR } from '../store/events.ts';
import type { Entity, Kind } from '../store/models.ts';
import type { Store } from '../store/store.ts';

export type Mark = 'new' | 'changed' | undefined;

/** What has become of something since the account began; `at` is its last change in unix seconds. */
export function markOf({ begun }: Store, { id, at }: { id: number; at: number }): Mark {
  if (id > begun.id) return 'new';
  return at >= begun.at ? 'changed' : undefined;
}

/** When an entity was last changed: links count too, though they leave its `updated_at` alone. */
export function lastChanges(store: Store, kind: Kind): (entity: Entity) => number {
  const linked = new Map<number, number>();
  for (const { type, entity_type, entity_id, created_at } of store.events.latestFirst()) {
    const isLink = type === 'entity_linked' || type === 'entity_unlinked';
    if (isLink && entity_type === SINGULAR[kind] && !linked.has(entity_id)) linked.set(entity_id, created_at);
  }
  return ({ id, updated_at }) => Math.max(updated_at, linked.get(id) ?? updated_at);
}
