import { many } from '../http/query.ts';
import type { Entity, Field, Kind, StoredField } from '../store/models.ts';
import { type Call, link } from './call.ts';
import type { EntityDraft, EntityKind } from './entity-kind.ts';

export function withParts(call: Call): Set<string> {
  return new Set(many(call.query, 'with').flatMap((value) => value.split(',').map((part) => part.trim())));
}

/** An entity as lists and single reads show it. */
export function entityView<T extends Entity, D extends EntityDraft>(
  kind: EntityKind<T, D>,
  entity: T,
  call: Call,
): Record<string, unknown> {
  const { store } = call;
  const wanted = withParts(call);
  const parts = Object.entries(kind.embedded).filter(
    ([name]) => kind.alwaysEmbedded.includes(name) || wanted.has(name),
  );
  const extra = Object.entries(kind.extra ?? {}).filter(([name]) => wanted.has(name));
  const view = {
    id: entity.id,
    name: entity.name,
    ...kind.own(entity),
    ...(kind.unsortable && { is_unsorted: store.unsorted.hides(entity.id) }),
    ...Object.fromEntries(extra.map(([name, show]) => [name, show(entity)])),
    responsible_user_id: entity.responsible_user_id,
    group_id: entity.group_id,
    created_by: entity.created_by,
    updated_by: entity.updated_by,
    created_at: entity.created_at,
    updated_at: entity.updated_at,
    closest_task_at: entity.closest_task_at,
    is_deleted: entity.is_deleted,
    custom_fields_values: storedFieldsView(store.fields[kind.kind], entity.custom_fields_values),
    account_id: store.account.id,
    _links: link(call, `${kind.kind}/${entity.id}`),
    _embedded: Object.fromEntries(parts.map(([name, embed]) => [name, embed(entity, call)])),
  };
  return entity.is_deleted ? kind.binnedView(view) : view;
}

/** null when no field is filled. */
export function storedFieldsView(fields: Map<number, Field>, stored: StoredField[]) {
  const filled = stored.flatMap(({ field_id, values }) => {
    const field = fields.get(field_id);
    if (field === undefined) return [];
    return [{ field_id, field_name: field.name, field_code: field.code, field_type: field.type, values }];
  });
  return filled.length === 0 ? null : filled;
}

/** Linked entities as `_embedded` lists them: ids alone. */
export function linkedView(from: Kind, to: Kind, extra: (isMain: boolean) => object = () => ({})) {
  return (entity: Entity, call: Call) =>
    call.store.links
      .of({ kind: from, id: entity.id }, to)
      .filter(({ id }) => call.store.live(to, id))
      .map(({ id, is_main }) => ({ id, ...extra(is_main), _links: link(call, `${to}/${id}`) }));
}
