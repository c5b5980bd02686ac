import type { EntityType, FieldValues } from '../shapes/entities.ts';
import { codecOf } from './codec-table.ts';
import type { FieldTools } from './field-tools.ts';

/**
 * Custom fields as plain values by name: the name of the field map file, `phone`, `email` and `website`, else the
 * field's name in amoCRM. Dates are in the account's time zone.
 */
export async function flattenFields(
  tools: FieldTools,
  entityType: EntityType,
  values: readonly FieldValues[] | null | undefined,
): Promise<Record<string, unknown>> {
  const flat = new Map<string, unknown>();
  for (const field of values ?? []) {
    const known = tools.fields.aliasOf(entityType, field.field_id, field.field_code);
    const name = known?.alias ?? field.field_name ?? String(field.field_id);
    flat.set(flat.has(name) ? `${name} (${field.field_id})` : name, await decode(tools, field));
  }
  return Object.fromEntries(flat);
}

async function decode(tools: FieldTools, { field_type = 'text', values }: FieldValues): Promise<unknown> {
  const codec = codecOf(field_type);
  if (codec === undefined) return values;
  const zone = codec.needsZone === true ? await tools.timeZone(tools.operation) : '';
  return codec.decode(values, undefined, zone);
}
