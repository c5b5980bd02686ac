import { type Answer, hal } from '../http/answer.ts';
import type { Entity, StoredField } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { decodeItems, decodeOne } from '../validation/items.ts';
import { violation } from '../validation/violation.ts';
import { type Call, idAt, link } from './call.ts';
import { type Decoded, decodeChange, decodeNew } from './entity-decode.ts';
import type { EntityDraft, EntityKind } from './entity-kind.ts';
import { applyTags } from './entity-tags.ts';

export function createEntities<T extends Entity, D extends EntityDraft>(kind: EntityKind<T, D>, call: Call): Answer {
  const decoded = decodeItems(call.body, (item, found, index) => decodeNew(kind, call, item, found, index));
  const created = decoded.map((each) => ({ ...each, entity: createEntity(kind, call, each) }));
  const items = created.map(({ entity, requestId }) => ({
    id: entity.id,
    request_id: requestId,
    _links: link(call, `${kind.kind}/${entity.id}`),
  }));
  const ids = items.map(({ id }) => id);
  return hal({ _links: link(call, kind.kind), _embedded: { [kind.kind]: items } }, ids);
}

export function updateEntities<T extends Entity, D extends EntityDraft>(kind: EntityKind<T, D>, call: Call): Answer {
  const decoded = decodeItems(call.body, (item, found, index) => decodeChange(kind, call, item, found, index));
  const items = decoded.map((each) => {
    const view = updateEntity(kind, call, each);
    return kind.namesUpdates ? { ...view, name: kind.collection(call.store).get(view.id)?.name } : view;
  });
  return hal({ _links: link(call, kind.kind), _embedded: { [kind.kind]: items } });
}

export function updateOneEntity<T extends Entity, D extends EntityDraft>(kind: EntityKind<T, D>, call: Call): Answer {
  const id = idAt(call, 0);
  const decoded = decodeOne(call.body, (item, found) => {
    if (item.id !== undefined && item.id !== id) found.push(violation('NotSupportedChoice', 'id'));
    return decodeChange(kind, call, { ...item, id }, found, 0);
  });
  return hal(decoded.map((each) => updateEntity(kind, call, each))[0]);
}

/** Stores a valid draft. */
export function createEntity<T extends Entity, D extends EntityDraft>(
  kind: EntityKind<T, D>,
  call: Call,
  { draft, fields }: Decoded<D>,
): T {
  const { store } = call;
  const entity = kind.make(blank(store, call.userId), call);
  assign(entity, draft);
  entity.custom_fields_values = fields.filter(({ values }) => values.length > 0);
  applyTags(store, kind.kind, entity, draft);
  kind.apply(entity, draft, call);
  if (entity.name === '') entity.name = kind.nameless?.(entity.id) ?? '';
  kind.collection(store).add(entity);
  kind.connect?.(entity, draft, call);
  return entity;
}

function updateEntity<T extends Entity, D extends EntityDraft>(
  kind: EntityKind<T, D>,
  call: Call,
  { draft, fields }: Decoded<D>,
) {
  const { store } = call;
  const id = draft.id ?? 0;
  let updatedAt = 0;
  kind.collection(store).update(id, (entity) => {
    entity.updated_at = store.now();
    entity.updated_by = call.userId;
    assign(entity, draft);
    entity.custom_fields_values = replaceFields(entity.custom_fields_values, fields);
    applyTags(store, kind.kind, entity, draft);
    kind.apply(entity, draft, call);
    updatedAt = entity.updated_at;
  });
  return { id, updated_at: updatedAt, _links: link(call, `${kind.kind}/${id}`) };
}

/** A listed field gets the new values in place of all former ones; the others stay. */
export function replaceFields(former: StoredField[], changes: StoredField[]): StoredField[] {
  const byId = new Map(former.map((field) => [field.field_id, field]));
  for (const change of changes) byId.set(change.field_id, change);
  return [...byId.values()].filter(({ values }) => values.length > 0);
}

function assign(entity: Entity, draft: EntityDraft): void {
  entity.name = draft.name ?? entity.name;
  entity.responsible_user_id = draft.responsible_user_id ?? entity.responsible_user_id;
  entity.created_by = draft.created_by ?? entity.created_by;
  entity.updated_by = draft.updated_by ?? entity.updated_by;
  entity.created_at = draft.created_at ?? entity.created_at;
  entity.updated_at = draft.updated_at ?? entity.updated_at;
}

function blank(store: Store, userId: number): Entity {
  const now = store.now();
  return {
    id: store.nextId(),
    name: '',
    responsible_user_id: userId,
    group_id: 0,
    created_by: userId,
    updated_by: userId,
    created_at: now,
    updated_at: now,
    closest_task_at: null,
    is_deleted: false,
    custom_fields_values: [],
    tags: [],
  };
}
