import { type Change, SINGULAR } from './events.ts';
import { FIELD_TYPE_NUMBERS } from './field-type-numbers.ts';
import type { KindNode, Node } from './links.ts';
import type { Customer, Entity, Field, Kind, Lead, Note, StoredField, Tag, Task } from './models.ts';

type Told = Pick<Change, 'type' | 'value_after' | 'value_before'>;
type AnyEntity = Entity | Lead | Customer;

interface Dictionaries {
  kind: Kind;
  fields: Map<number, Field>;
  tags: Map<number, Tag>;
  /** Unix seconds by the sandbox's clock: what a client says of a change's time is not when it was made. */
  at: number;
}

/** What a write to an entity is in the account's history; `before` is absent for a new one. */
export function entityChanges(
  now: AnyEntity,
  before: AnyEntity | undefined,
  { kind, fields, tags, at }: Dictionaries,
): Change[] {
  const of = { entity_type: SINGULAR[kind], entity_id: now.id };
  if (before === undefined) {
    const added = told(`${SINGULAR[kind]}_added`, [], []);
    return [{ ...added, ...of, created_by: now.created_by, created_at: now.created_at }];
  }
  const by = { created_by: now.updated_by, created_at: at };
  const found = [
    ...binned(kind, now, before),
    ...moved(kind, now, before),
    ...tagged(now, before, tags),
    ...filled(now, before, fields),
    ...differing('name_field_changed', before.name, now.name, (name) => ({ name_field_value: { name } })),
    ...differing('entity_responsible_changed', before.responsible_user_id, now.responsible_user_id, (id) => ({
      responsible_user: { id },
    })),
  ];
  return found.map((each) => ({ ...each, ...of, ...by }));
}

export function taskChanges(now: Task, before: Task | undefined, at: number): Change[] {
  const of = { entity_type: 'task' as const, entity_id: now.id };
  if (before === undefined) {
    return [{ ...told('task_added', [], []), ...of, created_by: now.created_by, created_at: now.created_at }];
  }
  const isDone = now.is_completed && !before.is_completed;
  const result = now.result?.text;
  const found = [
    ...(isDone ? [told('task_completed', [], [])] : []),
    ...(result !== undefined && result !== before.result?.text
      ? [told('task_result_added', [{ task: { text: result } }], [])]
      : []),
    ...differing('task_text_changed', before.text, now.text, (text) => ({ task: { text } })),
    ...differing('task_deadline_changed', before.complete_till, now.complete_till, (timestamp) => ({
      task_deadline: { timestamp },
    })),
    ...differing('task_type_changed', before.task_type_id, now.task_type_id, (id) => ({ task_type: { id } })),
  ];
  return found.map((each) => ({ ...each, ...of, created_by: now.updated_by, created_at: at }));
}

const NOTE_EVENTS: Record<string, string> = {
  common: 'common_note_added',
  call_in: 'incoming_call',
  call_out: 'outgoing_call',
  sms_in: 'incoming_sms',
  sms_out: 'outgoing_sms',
  attachment: 'attachment_note_added',
  geolocation: 'geo_note_added',
  message_cashier: 'message_to_cashier_note_added',
  targeting_in: 'targeting_in_note_added',
  targeting_out: 'targeting_out_note_added',
};

export function noteAdded(kind: Kind, note: Note): Change {
  const type = NOTE_EVENTS[note.note_type] ?? 'service_note_added';
  const of = { entity_type: SINGULAR[kind], entity_id: note.entity_id };
  return {
    ...told(type, [{ note: { id: note.id } }], []),
    ...of,
    created_by: note.created_by,
    created_at: note.created_at,
  };
}

/** A link is told of the end that it was made from. */
export function linkChange(
  created_by: number,
  created_at: number,
  from: KindNode,
  to: Node,
  isLinked: boolean,
): Change {
  const type = to.kind === 'catalog_elements' ? 'catalog_element' : SINGULAR[to.kind];
  const link = [{ link: { entity: { type, id: to.id } } }];
  const of = { entity_type: SINGULAR[from.kind], entity_id: from.id, created_by, created_at };
  return isLinked ? { ...told('entity_linked', link, []), ...of } : { ...told('entity_unlinked', [], link), ...of };
}

function told(type: string, value_after: Told['value_after'], value_before: Told['value_before']): Told {
  return { type, value_after, value_before };
}

function differing<T>(type: string, before: T, after: T, view: (value: T) => Record<string, unknown>): Told[] {
  return before === after ? [] : [told(type, [view(after)], [view(before)])];
}

function binned(kind: Kind, now: AnyEntity, before: AnyEntity): Told[] {
  if (now.is_deleted === before.is_deleted) return [];
  return [told(`${SINGULAR[kind]}_${now.is_deleted ? 'deleted' : 'restored'}`, [], [])];
}

function moved(kind: Kind, now: AnyEntity, before: AnyEntity): Told[] {
  if ('price' in now && 'price' in before) {
    const stage = ({ status_id: id, pipeline_id }: Lead) => ({ lead_status: { id, pipeline_id } });
    const isMoved = now.status_id !== before.status_id || now.pipeline_id !== before.pipeline_id;
    return [
      ...(isMoved ? [told('lead_status_changed', [stage(now)], [stage(before)])] : []),
      ...differing('sale_field_changed', before.price, now.price, (sale) => ({ sale_field_value: { sale } })),
    ];
  }
  if (kind !== 'customers' || !('periodicity' in now && 'periodicity' in before)) return [];
  return differing('customer_status_changed', before.status_id, now.status_id, (id) => ({ customer_status: { id } }));
}

function tagged(now: Entity, before: Entity, tags: Map<number, Tag>): Told[] {
  const view = (ids: number[]) => ids.map((id) => ({ tag: { name: tags.get(id)?.name } }));
  const added = now.tags.filter((id) => !before.tags.includes(id));
  const gone = before.tags.filter((id) => !now.tags.includes(id));
  return [
    ...(added.length > 0 ? [told('entity_tag_added', view(added), [])] : []),
    ...(gone.length > 0 ? [told('entity_tag_deleted', [], view(gone))] : []),
  ];
}

function filled(now: Entity, before: Entity, fields: Map<number, Field>): Told[] {
  const ids = new Set([...now.custom_fields_values, ...before.custom_fields_values].map(({ field_id }) => field_id));
  return [...ids].flatMap((id) => {
    const after = valuesOf(now, id, fields);
    const former = valuesOf(before, id, fields);
    return JSON.stringify(after) === JSON.stringify(former)
      ? []
      : [told(`custom_field_${id}_value_changed`, after, former)];
  });
}

function valuesOf(entity: Entity, id: number, fields: Map<number, Field>): Record<string, unknown>[] {
  const stored: StoredField | undefined = entity.custom_fields_values.find(({ field_id }) => field_id === id);
  const field_type = FIELD_TYPE_NUMBERS[fields.get(id)?.type ?? ''] ?? null;
  return (stored?.values ?? []).map(({ value, enum_id = null }) => {
    const text = typeof value === 'object' ? JSON.stringify(value) : String(value);
    return { custom_field_value: { field_id: id, field_type, enum_id, text } };
  });
}
