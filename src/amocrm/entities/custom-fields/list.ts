import { type Static, Type } from 'typebox';
import { problemOfFaults } from '../../../problems/problem.ts';
import { EntityTypeOf } from '../../../schemas/entity-type.ts';
import { catalog, notBoth } from '../../../schemas/named.ts';
import type { Amo } from '../../amo.ts';
import { demandId, resolveName } from '../../directories/resolve.ts';
import { wholePages } from '../../reads/pages.ts';
import { CustomField } from '../../shapes/custom-fields.ts';
import { listReader, parentTypes } from '../../shapes/entities.ts';
import { readWholeList } from '../list.ts';
import { missingEntity } from '../references.ts';

export const fieldListParams = {
  entity_type: Type.Optional(
    EntityTypeOf(parentTypes, 'Whose fields. Not together with a list.', { default: 'leads', examples: ['leads'] }),
  ),
  ...catalog,
};
export const fieldListRules = {
  allOf: Object.keys(catalog).map((name) => notBoth('entity_type', name)),
};
const FieldListParams = Type.Object(fieldListParams);

const read = listReader(CustomField);

/**
 * All custom fields of an entity type, or of the elements of a list. Errors: those of names, ENTITY_NOT_FOUND, those of
 * reads. Source: developers' reference, custom fields.
 */
export async function listCustomFields(amo: Amo, params: Static<typeof FieldListParams>) {
  const { entity_type = 'leads', catalog: name, catalog_id } = params;
  if (name !== undefined || catalog_id !== undefined) return fieldsOfCatalog(amo, { name, id: catalog_id });
  const source = { path: `${entity_type}/custom_fields`, list: 'custom_fields', read };
  return { ...(await readWholeList(amo, source, [wholePages])), entity_type };
}

async function fieldsOfCatalog(amo: Amo, given: { name: string | undefined; id: number | undefined }) {
  const { id, path } = demandId(await resolveName(amo, amo.directories.catalogs, { ...given, key: 'catalog' }));
  const source = { path: `catalogs/${id}/custom_fields`, list: 'custom_fields', read, mayBeAbsent: true };
  const fields = await readWholeList(amo, source, [wholePages]);
  // A list without fields and one that is not there may be answered alike.
  const isThere = fields.count > 0 || (await hasCatalog(amo, id));
  if (!isThere) throw problemOfFaults([missingEntity('catalogs', id, path)]);
  return { ...fields, entity_type: 'catalogs' as const };
}

async function hasCatalog(amo: Amo, id: number): Promise<boolean> {
  return (await amo.gate.read(`catalogs/${id}`, [], amo.operation, { mayBeAbsent: true })) !== undefined;
}
