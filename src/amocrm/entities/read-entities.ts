import { type Fault, problemOfFaults } from '../../problems/problem.ts';
import type { Amo } from '../amo.ts';
import { type ResponsibleUser, responsibleUserOf } from '../directories/responsible-user.ts';
import { encodeFieldFilter } from '../fields/filter.ts';
import { type Entity, type EntityType, readEntityList } from '../shapes/entities.ts';
import { collections } from './collections.ts';
import { type Readable, withFields } from './create-entity.ts';
import { type ListPage, type ListQuery, readList } from './list.ts';
import { byId, type GivenFilter, givenBy, joinFilters } from './list-filter.ts';
import { missingEntity, remember } from './references.ts';

/**
 * An entity by its id, which the param `key` has given; `parts` are what `with` adds. Errors: ENTITY_NOT_FOUND, those of
 * reads. Source: developers' reference, contacts, leads, companies.
 */
export async function getEntity(
  amo: Amo,
  entityType: EntityType,
  { id, key, parts = [] }: { id: number; key: string; parts?: readonly string[] | undefined },
): Promise<Readable<Entity>> {
  const entity = await amo.gate.findById(collections[entityType], id, amo.operation, [...new Set(parts)]);
  if (entity === undefined) throw problemOfFaults([missingEntity(entityType, id, [key])]);
  remember(amo, entityType, id);
  return withFields(amo, entityType, entity);
}

/**
 * A page of the entities of a type that fit `filter`, the responsible user and what further params have given. Errors:
 * INVALID_REQUEST, those of names, custom fields and `readList`. Source: developers' reference, lists and filters.
 */
export async function listEntities(
  amo: Amo,
  entityType: EntityType,
  asked: ListQuery & ResponsibleUser,
  given: readonly (GivenFilter | Fault | undefined)[] = [],
): Promise<ListPage<Readable<Entity>>> {
  const { path, list } = collections[entityType];
  const { custom_fields_values: byFields, ...plain } = asked.filter ?? {};
  const [responsible, { filter: fields, faults }] = await Promise.all([
    responsibleUserOf(amo, asked),
    encodeFieldFilter(amo, entityType, Object(byFields), ['filter', 'custom_fields_values']),
  ]);
  const further = [...given, byId('responsible_user_id', responsible)];
  const joined = joinFilters(plain, ...further, ...faults);
  const filter = byFields === undefined ? joined : { ...joined, custom_fields_values: fields };
  const source = { path, list, read: readEntityList, isGated: true };
  const page = await readList(amo, source, { ...asked, filter, givenBy: givenBy(further) });
  // What lies in the recycle bin is not there to be linked or noted.
  const isThere = asked.with?.includes('only_deleted') !== true;
  for (const { id } of isThere ? page.items : []) remember(amo, entityType, id);
  return { ...page, items: await Promise.all(page.items.map((entity) => withFields(amo, entityType, entity))) };
}
