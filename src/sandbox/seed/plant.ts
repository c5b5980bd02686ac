import { decodeFields } from '../fields/decode.ts';
import {
  type Entity,
  type Field,
  type FieldOption,
  KINDS,
  type Kind,
  type StoredField,
  type Task,
} from '../store/models.ts';
import type { Store } from '../store/store.ts';
import type { Violation } from '../validation/violation.ts';

const DAY = 86_400;

export type FieldRow = Partial<Omit<Field, 'enums'>> & {
  id: number;
  name: string;
  type: string;
  /** First id of the options, then their texts, with a code after a colon: 'Telegram:TELEGRAM'. */
  options?: [number, ...string[]];
};

/** A row of seed data; field values are in the form in which a client would send them, by code or id. */
export interface EntityRow {
  id: number;
  name: string;
  daysAgo: number;
  responsible?: number;
  tags?: string[];
  fields?: Record<string, unknown[]>;
  binned?: boolean;
}

export interface NoteRow {
  kind: Kind;
  entity_id: number;
  note_type: string;
  params: Record<string, unknown>;
  daysAgo: number;
}

export function plantFields(store: Store, rows: Partial<Record<Kind, FieldRow[]>>): void {
  for (const kind of KINDS) {
    for (const { options, ...row } of rows[kind] ?? []) {
      store.addField(kind, { ...row, ...(options && { enums: optionsOf(options) }) });
    }
  }
}

export function plantEntity(store: Store, kind: Kind, row: EntityRow): Entity {
  const userId = row.responsible ?? store.account.current_user_id;
  const created = store.now() - row.daysAgo * DAY;
  return {
    id: row.id,
    name: row.name,
    responsible_user_id: userId,
    group_id: 0,
    created_by: userId,
    updated_by: userId,
    created_at: created,
    updated_at: created + 3600,
    closest_task_at: null,
    is_deleted: row.binned ?? false,
    custom_fields_values: plantValues(store, store.fields[kind], row.fields ?? {}),
    tags: (row.tags ?? []).map((name) => store.tagId(kind, name)),
  };
}

export function plantNote(store: Store, { kind, daysAgo, ...note }: NoteRow): void {
  const at = store.now() - daysAgo * DAY;
  const user = store.account.current_user_id;
  const times = { created_by: user, updated_by: user, created_at: at, updated_at: at, responsible_user_id: user };
  store.notes[kind].add({ id: store.nextId(), ...note, ...times, group_id: 0, is_pinned: false });
}

/** A task; one with a result is done. */
export interface TaskRow extends Pick<Task, 'id' | 'entity_type' | 'entity_id' | 'task_type_id' | 'text'> {
  result?: { text: string };
  daysAgo: number;
  /** Days from now until it is due. */
  inDays: number;
}

export function plantTask(store: Store, { daysAgo, inDays, result, ...task }: TaskRow): void {
  const at = store.now() - daysAgo * DAY;
  const user = store.account.current_user_id;
  const times = { created_by: user, updated_by: user, created_at: at, updated_at: at, responsible_user_id: user };
  const outcome = { is_completed: result !== undefined, result: result ?? null };
  const complete_till = store.now() + inDays * DAY;
  store.tasks.add({ ...task, ...times, ...outcome, complete_till, group_id: 0, duration: 0 });
}

/** Field values, in the form in which a client would send them, by code or id. */
export function plantValues(
  store: Store,
  fields: Map<number, Field>,
  values: Record<string, unknown[]>,
): StoredField[] {
  const found: Violation[] = [];
  const sent = Object.entries(values).map(([key, values]) => ({
    ...(/^\d+$/.test(key) ? { field_id: Number(key) } : { field_code: key }),
    values,
  }));
  const decoded = decodeFields(store, fields, sent, found);
  if (found.length > 0) throw new Error(`bad seed data: ${JSON.stringify(found)}`);
  return decoded;
}

function optionsOf([first, ...texts]: [number, ...string[]]): FieldOption[] {
  return texts.map((text, index) => {
    const [value = '', code = null] = text.split(':');
    return { id: first + index, value, sort: (index + 1) * 10, code };
  });
}
