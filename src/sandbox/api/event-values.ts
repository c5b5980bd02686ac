import { keysBelow, many, one, type Query } from '../http/query.ts';
import type { HistoryEvent } from '../store/events.ts';

type Side = 'value_after' | 'value_before';
type Test = (event: HistoryEvent) => boolean;

/** filter[value_after] and filter[value_before]: each of its ways looks at its own kind of change. */
export function valueTests(query: Query, side: Side): Test[] {
  const at = (name: string) => many(query, 'filter', side, name).flatMap((value) => value.split(','));
  const test = (values: string[], read: (value: Record<string, unknown>) => unknown): Test[] => {
    if (values.length === 0) return [];
    const wanted = new Set(values);
    return [(event) => event[side].some((value) => wanted.has(String(read(value))))];
  };
  return [
    ...stages(query, side),
    ...test(at('responsible_user_id'), (value) => deep(value, 'responsible_user', 'id')),
    ...test(at('custom_field_values'), (value) => deep(value, 'custom_field_value', 'enum_id')),
    ...test(at('value'), (value) => deep(value, 'sale_field_value', 'sale') ?? deep(value, 'name_field_value', 'name')),
  ];
}

function stages(query: Query, side: Side): Test[] {
  const pairs = keysBelow(query, 'filter', side, 'leads_statuses').map((index) => ({
    pipeline: one(query, 'filter', side, 'leads_statuses', index, 'pipeline_id'),
    status: one(query, 'filter', side, 'leads_statuses', index, 'status_id'),
  }));
  if (pairs.length === 0) return [];
  return [
    (event) =>
      event[side].some((value) =>
        pairs.some(
          ({ pipeline, status }) =>
            String(deep(value, 'lead_status', 'pipeline_id')) === pipeline &&
            String(deep(value, 'lead_status', 'id')) === status,
        ),
      ),
  ];
}

function deep(value: Record<string, unknown>, key: string, inner: string): unknown {
  const part = value[key];
  if (typeof part !== 'object' || part === null) return undefined;
  return Object.entries(part).find(([name]) => name === inner)?.[1];
}
