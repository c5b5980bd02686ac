import { type Answer, hal, halWith, noContent, notFound } from '../http/answer.ts';
import { keysBelow, many, one } from '../http/query.ts';
import { merged, type Routes } from '../http/router.ts';
import { type Field, KINDS } from '../store/models.ts';
import { type Call, idAt } from './call.ts';
import { type FieldOwner, ofCatalog, ofKind } from './field-owner.ts';
import { fieldView } from './field-view.ts';
import { createFields, updateFields, updateOneField } from './field-write.ts';
import { pageLinks, slice } from './paging.ts';

// The reference gives both 50 and 250 as the largest page; 50 is what clients must be ready for.
const PAGE_SIZE = 50;

type OwnerOf = (call: Call) => FieldOwner;

export const customFieldRoutes: Routes = merged(
  ...KINDS.map((kind) => routesOf(`/api/v4/${kind}/custom_fields`, (call) => ofKind(kind, call), 0)),
  routesOf('/api/v4/catalogs/:id/custom_fields', ofCatalog, 1),
);

/** `at`: which number of the path is the field's id. */
function routesOf(base: string, owner: OwnerOf, at: number): Routes {
  return {
    [base]: {
      GET: (call) => list(owner(call), call),
      POST: (call) => createFields(owner(call), call),
      PATCH: (call) => updateFields(owner(call), call),
    },
    [`${base}/:id`]: {
      GET: (call) => hal(fieldView(owner(call), fieldOf(owner(call), idAt(call, at)), call)),
      PATCH: (call) => halWith(201, updateOneField(owner(call), fieldOf(owner(call), idAt(call, at)), call)),
      DELETE: (call) => remove(owner(call), idAt(call, at)),
    },
  };
}

function list(owner: FieldOwner, call: Call): Answer {
  const types = new Set(many(call.query, 'filter', 'type'));
  const fields = [...owner.fields.values()].filter(({ type }) => types.size === 0 || types.has(type));
  const sorted = fields.sort(orderOf(call));
  const { items, page, limit } = slice(sorted, call, () => true, PAGE_SIZE);
  if (items.length === 0) return noContent();
  const pages = Math.ceil(sorted.length / limit);
  const { next: last } = pageLinks(call, { page: pages - 1, limit }, true);
  return hal({
    _total_items: sorted.length,
    _page: page,
    _page_count: pages,
    _links: { ...pageLinks(call, { page, limit }, page < pages), ...(page < pages && { last }) },
    _embedded: { custom_fields: items.map((field) => fieldView(owner, field, call)) },
  });
}

function orderOf({ query }: Call): (a: Field, b: Field) => number {
  const key = keysBelow(query, 'order')[0] === 'id' ? 'id' : 'sort';
  const sign = one(query, 'order', key) === 'desc' ? -1 : 1;
  return (a, b) => sign * (a[key] - b[key] || a.id - b.id);
}

function fieldOf({ fields }: FieldOwner, id: number): Field {
  const field = fields.get(id);
  if (field === undefined) throw notFound('Custom field not found');
  return field;
}

function remove(owner: FieldOwner, id: number): Answer {
  owner.fields.delete(fieldOf(owner, id).id);
  return noContent();
}
