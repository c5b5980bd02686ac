import { fold } from '../../text/names.ts';
import { refreshEveryMs } from '../directories/directory.ts';
import type { EntityType } from '../shapes/entities.ts';
import type { Field } from './field.ts';
import type { FieldMapEntry } from './field-map.ts';
import type { FieldTools } from './field-tools.ts';

/** The fields in the form of the field map file, refreshed at most every 30 s. Errors: those of reads. */
export async function exportFieldMap(tools: FieldTools, entity_type: EntityType) {
  return toMap(entity_type, await tools.fields.discovered(entity_type, tools.operation, refreshEveryMs), keyOf);
}

/** The map by which steps find fields: those of the file under its names, then the others. Errors: those of reads. */
export async function fieldMapInUse(tools: FieldTools, entity_type: EntityType) {
  const fields = await tools.fields.inUse(entity_type, tools.operation);
  return toMap(entity_type, fields, (field) => field.alias ?? keyOf(field));
}

function toMap(entity_type: EntityType, fields: readonly Field[], keyOf: (field: Field) => string) {
  const byKey = Map.groupBy(fields, (field) => fold(keyOf(field)));
  const entries = fields.map((field) => {
    const alone = byKey.get(fold(keyOf(field)))?.length === 1;
    return [alone ? keyOf(field) : `${field.name} (${field.id})`, toEntry(field)] as const;
  });
  return { entity_type, fields_count: fields.length, fields_map: Object.fromEntries(entries) };
}

function keyOf({ code, name }: Field): string {
  return code ?? name;
}

function toEntry({ id = 0, name, type, code, options }: Field): FieldMapEntry {
  const enums = options.map((option) => ({ id: option.id, value: option.value, enum_code: option.code }));
  return { id, name, type, code, ...(enums.length > 0 ? { enums } : {}) };
}
