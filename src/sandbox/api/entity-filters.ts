import { keysBelow, many, one } from '../http/query.ts';
import type { Entity, Kind, Lead, StoredValue } from '../store/models.ts';
import type { Call } from './call.ts';

type Test = (entity: Entity) => boolean;
type Filter = (call: Call, name: string) => Test;

const COMMON: Record<string, Filter> = {
  name: equals,
  created_by: equals,
  updated_by: equals,
  responsible_user_id: equals,
  created_at: between,
  updated_at: between,
  closest_task_at: between,
};

/** The filters of the paid add-on: https://www.amocrm.ru/developers/content/crm_platform/filters-api */
const FILTERS: Record<Kind, Record<string, Filter>> = {
  contacts: COMMON,
  companies: COMMON,
  customers: { ...COMMON, next_price: between, next_date: between, status_id: equals },
  leads: { ...COMMON, price: between, closed_at: between, pipeline_id: equals, statuses },
};

/** Tests for the filters that work. Without the add-on none of these does, and unknown ones never do. */
export function filtersOf(kind: Kind, call: Call): Test[] {
  if (!call.settings.filterAddon) return [];
  const asked = keysBelow(call.query, 'filter');
  const byName = asked.flatMap((name) => FILTERS[kind][name]?.(call, name) ?? []);
  return asked.includes('custom_fields_values') ? [...byName, ...byFields(kind, call)] : byName;
}

function equals(call: Call, name: string): Test {
  const wanted = new Set(many(call.query, 'filter', name));
  return (entity) => wanted.has(String(read(entity, name)));
}

function between(call: Call, name: string): Test {
  const inRange = range(call, 'filter', name);
  return (entity) => inRange(read(entity, name));
}

function statuses(call: Call): Test {
  const pairs = keysBelow(call.query, 'filter', 'statuses').map((index) => ({
    pipeline: one(call.query, 'filter', 'statuses', index, 'pipeline_id'),
    status: one(call.query, 'filter', 'statuses', index, 'status_id'),
  }));
  return (entity) =>
    pairs.some(
      ({ pipeline, status }) =>
        String(read(entity, 'pipeline_id')) === pipeline && String(read(entity, 'status_id')) === status,
    );
}

// Choices are compared by enum_id, everything else by value. Multitext is not filterable.
function byFields(kind: Kind, call: Call): Test[] {
  return keysBelow(call.query, 'filter', 'custom_fields_values').flatMap((id) => {
    const field = call.store.fields[kind].get(Number(id));
    if (field === undefined || field.type === 'multitext') return [];
    const wanted = new Set(many(call.query, 'filter', 'custom_fields_values', id));
    const inRange = range(call, 'filter', 'custom_fields_values', id);
    const test = wanted.size > 0 ? (value: StoredValue) => wanted.has(comparable(value)) : rangeTest(inRange);
    return [(entity: Entity) => valuesOf(entity, field.id).some(test)];
  });
}

function rangeTest(inRange: (value: unknown) => boolean) {
  return ({ value }: StoredValue) => inRange(Number(value));
}

function comparable({ value, enum_id }: StoredValue): string {
  if (enum_id !== undefined) return String(enum_id);
  return typeof value === 'boolean' ? String(Number(value)) : String(value);
}

function valuesOf(entity: Entity, fieldId: number): StoredValue[] {
  return entity.custom_fields_values.find((field) => field.field_id === fieldId)?.values ?? [];
}

function range(call: Call, ...path: string[]): (value: unknown) => boolean {
  const from = Number(one(call.query, ...path, 'from') ?? Number.NEGATIVE_INFINITY);
  const to = Number(one(call.query, ...path, 'to') ?? Number.POSITIVE_INFINITY);
  return (value) => typeof value === 'number' && value >= from && value <= to;
}

function read(entity: Entity | Lead, name: string): unknown {
  return Object.entries(entity).find(([key]) => key === name)?.[1];
}
