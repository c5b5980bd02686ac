import { elementOf } from '../../../messages/nouns.ts';
import { type Fault, refuseFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { faultsOf, idOf, type Resolved, resolveName } from '../../directories/resolve.ts';
import { readEntityList } from '../../shapes/entities.ts';
import type { Listed } from '../collections.ts';
import { readList } from '../list.ts';
import { goneReferences, missingEntity, type Reference } from '../references.ts';
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
  const [catalog, absent] = await Promise.all([
    resolveName(amo, amo.directories.catalogs, { name, id, key: 'catalog' }),
    missing(entitiesOf({ from, to })),
  ]);
  refuseFaults([...absent, ...faultsOf(catalog)]);
  const catalogId = idOf(catalog);
  if (catalogId !== undefined) refuseFaults(await missingElement(amo, catalogId, to));
  return catalog;
}

/** The faults of ends that amoCRM does not have now, however lately they were seen. Errors: those of reads. */
export async function goneEnds(amo: Amo, pair: Pair, catalogId: number | undefined): Promise<Fault[]> {
  const gone = await goneReferences(amo, entitiesOf(pair));
  if (catalogId === undefined) return gone;
  amo.known.forget(nameOfElement(catalogId, pair.to.id));
  return [...gone, ...(await missingElement(amo, catalogId, pair.to))];
}

function entitiesOf({ from, to }: Pair): Reference[] {
  const { entityType } = to;
  return entityType === 'catalog_elements' ? [from] : [from, { ...to, entityType: entityType satisfies Listed }];
}

/** The fault of an element that the list does not have, unless it was seen lately. */
async function missingElement(amo: Amo, catalogId: number, { id, path }: Pair['to']): Promise<Fault[]> {
  const name = nameOfElement(catalogId, id);
  if (amo.known.has(name)) return [];
  const source = { path: `catalogs/${catalogId}/elements`, list: 'elements', read: readEntityList, mayBeAbsent: true };
  const { items } = await readList(amo, source, { filter: { id: [id] } });
  if (!items.some((element) => element.id === id && element.is_deleted !== true)) {
    return [missingEntity(elementOf(catalogId), id, path)];
  }
  amo.known.note(name);
  return [];
}

function nameOfElement(catalogId: number, id: number): string {
  return `catalogs/${catalogId}/elements ${id}`;
}
