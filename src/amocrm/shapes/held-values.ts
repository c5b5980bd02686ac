import type { Entity, FieldValue } from './entities.ts';
import { type Channel, channelOf, refOf } from './field-ref.ts';

/** The phones or e-mails that an entity holds. */
export function valuesOf(entity: Entity, channel: Channel): string[] {
  const fields = (entity.custom_fields_values ?? []).filter((field) => channelOf(refOf(field)) === channel);
  return fields.flatMap(({ values }) => textsOf(values));
}

/** Values of a field as texts. */
export function textsOf(values: readonly FieldValue[] = []): string[] {
  return values.map(({ value }) => String(value).trim());
}
