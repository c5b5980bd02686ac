import { CATALOG_FIELDS, CREATABLE } from '../fields/types.ts';
import { notFound } from '../http/answer.ts';
import type { Field, Kind } from '../store/models.ts';
import { type Call, idAt } from './call.ts';

/** Whose fields are meant: those of a kind of entity, or of one catalog. */
export interface FieldOwner {
  /** As in `{path}/custom_fields`. */
  path: string;
  entityType: Kind | 'catalogs';
  fields: Map<number, Field>;
  /** Types that can be made here. */
  creatable: readonly string[];
  catalogId?: number;
}

export function ofKind(kind: Kind, { store }: Call): FieldOwner {
  return { path: kind, entityType: kind, fields: store.fields[kind], creatable: CREATABLE[kind] };
}

/** The catalog that the path names. */
export function ofCatalog(call: Call): FieldOwner {
  const id = idAt(call, 0);
  if (!call.store.catalogs.has(id)) throw notFound('Catalog not found');
  const fields = call.store.catalogs.fields(id);
  return { path: `catalogs/${id}`, entityType: 'catalogs', fields, creatable: CATALOG_FIELDS, catalogId: id };
}
