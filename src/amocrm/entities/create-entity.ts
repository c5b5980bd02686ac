import type { Amo } from '../amo.ts';
import { flattenFields } from '../fields/flatten.ts';
import { asRead } from '../fields/written-fields.ts';
import type { Entity, EntityType } from '../shapes/entities.ts';
import { collections } from './collections.ts';
import type { Prepared } from './prepare-create.ts';
import { remember } from './references.ts';
import { writeItem } from './write-item.ts';

/** An entity with its custom fields also as plain values by name, in `fields`. */
export type Readable<T extends Entity> = T & { fields: Record<string, unknown> };

/**
 * Creates an entity and returns what was sent plus what amoCRM answered, in amoCRM's names. Errors: AMOCRM_REJECTED,
 * those of writes.
 */
export async function createEntity(
  amo: Amo,
  entityType: EntityType,
  { draft, encoded }: Pick<Prepared, 'draft' | 'encoded'>,
): Promise<Readable<Entity>> {
  const write = { method: 'POST', collection: collections[entityType], draft } as const;
  const { request_id, ...answered } = await writeItem(amo, write);
  remember(amo, entityType, answered.id);
  const custom_fields_values = encoded.length === 0 ? null : asRead(encoded);
  const entity = { ...draft.body, ...answered, custom_fields_values };
  if (entityType === 'contacts') await amo.contactDirectory.note(entity);
  return withFields(amo, entityType, entity);
}

/** Adds `fields`. It must not fail once the entity is written, so it reads nothing from amoCRM that is not cached. */
export async function withFields<T extends Entity>(amo: Amo, entityType: EntityType, entity: T): Promise<Readable<T>> {
  return { ...entity, fields: await flattenFields(amo, entityType, entity.custom_fields_values) };
}
