import { type Answer, hal, halWith, noContent, notFound } from '../http/answer.ts';
import { keysBelow, many, one } from '../http/query.ts';
import type { Routes } from '../http/router.ts';
import { type Field, KINDS, type Kind } from '../store/models.ts';
import { type Call, idAt } from './call.ts';
import { fieldView } from './field-view.ts';
import { createFields, updateFields, updateOneField } from './field-write.ts';
import { pageLinks, slice } from './paging.ts';

// The reference gives both 50 and 250 as the largest page; 50 is what clients must be ready for.
const PAGE_SIZE = 50;

export const customFieldRoutes: Routes = Object.fromEntries(KINDS.flatMap((kind) => Object.entries(routesOf(kind))));

function routesOf(kind: Kind): Routes {
  const base = `/api/v4/${kind}/custom_fields`;
  return {
    [base]: {
      GET: (call) => list(kind, call),
      POST: (call) => createFields(kind, call),
      PATCH: (call) => updateFields(kind, call),
    },
    [`${base}/:id`]: {
      GET: (call) => hal(fieldView(kind, fieldOf(kind, call), call)),
      PATCH: (call) => halWith(201, updateOneField(kind, fieldOf(kind, call), call)),
      DELETE: (call) => remove(kind, fieldOf(kind, call), call),
    },
  };
}

function list(kind: Kind, call: Call): Answer {
  const types = new Set(many(call.query, 'filter', 'type'));
  const fields = [...call.store.fields[kind].values()].filter(({ type }) => types.size === 0 || types.has(type));
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
    _embedded: { custom_fields: items.map((field) => fieldView(kind, field, call)) },
  });
}

function orderOf({ query }: Call): (a: Field, b: Field) => number {
  const key = keysBelow(query, 'order')[0] === 'id' ? 'id' : 'sort';
  const sign = one(query, 'order', key) === 'desc' ? -1 : 1;
  return (a, b) => sign * (a[key] - b[key] || a.id - b.id);
}

function fieldOf(kind: Kind, call: Call): Field {
  const field = call.store.fields[kind].get(idAt(call, 0));
  if (field === undefined) throw notFound('Custom field not found');
  return field;
}

function remove(kind: Kind, field: Field, call: Call): Answer {
  call.store.fields[kind].delete(field.id);
  return noContent();
}
