import { type Fault, refuseFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { faultsOf, idOf, type Resolved, resolveName } from '../../directories/resolve.ts';
import { readEntityList } from '../../shapes/entities.ts';
import type { Listed } from '../collections.ts';
import { readList } from '../list.ts';
import { missingEntity, type Reference } from '../references.ts';
import type { Pair } from './pairs.ts';

/**
 * The list that the pair's element stands in, if it has one. Throws the faults of its name, and ENTITY_NOT_FOUND for ends
 * that amoCRM does not have; `missing` looks for entities.
 */
export async function checkEnds(
  amo: Amo,
  { from, to }: Pair,
  { catalog: name, catalog_id: id }: { catalog?: string; catalog_id?: number },
  missing: (references: Reference[]) => Promise<Fault[]>,
): Promise<Resolved> {
  const { entityType } = to;
  const others = entityType === 'catalog_elements' ? [] : [{ ...to, entityType: entityType satisfies Listed }];
  const [catalog, absent] = await Promise.all([
    resolveName(amo, amo.directories.catalogs, { name, id, key: 'catalog' }),
    missing([from, ...others]),
  ]);
  refuseFaults([...absent, ...faultsOf(catalog)]);
  const catalogId = idOf(catalog);
  if (catalogId !== undefined) refuseFaults(await missingElement(amo, catalogId, to));
  return catalog;
}

/** The fault of an element that the list does not have, unless it was seen lately. */
async function missingElement(amo: Amo, catalogId: number, { id, path }: Pair['to']): Promise<Fault[]> {
  const name = `catalogs/${catalogId}/elements ${id}`;
  if (amo.known.has(name)) return [];
  const source = { path: `catalogs/${catalogId}/elements`, list: 'elements', read: readEntityList, mayBeAbsent: true };
  const { items } = await readList(amo, source, { filter: { id: [id] } });
  if (!items.some((element) => element.id === id && element.is_deleted !== true)) {
    return [missingEntity(`elements of the list ${catalogId}`, id, path)];
  }
  amo.known.note(name);
  return [];
}
