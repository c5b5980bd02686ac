import Type, { type Static } from 'typebox';
import { decodeFields } from '../fields/decode.ts';
import { type Answer, hal, noContent } from '../http/answer.ts';
import { many, one } from '../http/query.ts';
import type { Routes } from '../http/router.ts';
import type { CatalogElement } from '../store/catalogs.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems, decodeOne } from '../validation/items.ts';
import { type Violation, violation } from '../validation/violation.ts';
import { type Call, idAt, link } from './call.ts';
import { catalogOf } from './catalogs.ts';
import { authorship, exactly, optional, RequestId } from './draft.ts';
import { storedFieldsView } from './entity-view.ts';
import { replaceFields } from './entity-write.ts';
import { listAnswer, slice } from './paging.ts';
import { checkUsers } from './user-refs.ts';

/** These lists have no order of their own choosing, and a search by name alone. */
export const catalogElementRoutes: Routes = {
  '/api/v4/catalogs/:id/elements': { GET: list, POST: create, PATCH: update },
  '/api/v4/catalogs/:id/elements/:id': { GET: get, PATCH: updateOne },
};

const { responsible_user_id, ...author } = authorship;
const keys = {
  ...author,
  name: Type.String({ minLength: 1 }),
  currency_id: optional(Type.Integer()),
  custom_fields_values: optional(Type.Unknown()),
  request_id: RequestId,
};
const acceptNew = accepts(exactly(keys));
const Change = exactly({ ...keys, id: Type.Integer() });
const acceptChange = accepts(Change);

function list(call: Call): Answer {
  const { id: catalogId } = catalogOf(call);
  const ids = new Set(many(call.query, 'filter', 'id').map(Number));
  const query = one(call.query, 'query')?.trim().toLowerCase() ?? '';
  const page = slice(call.store.elements.ordered('id'), call, ({ id, catalog_id, name, is_deleted }) => {
    const isAsked = (ids.size === 0 || ids.has(id)) && name.toLowerCase().includes(query);
    return catalog_id === catalogId && !is_deleted && isAsked;
  });
  return listAnswer(call, 'elements', { ...page, items: page.items.map((element) => elementView(element, call)) });
}

function get(call: Call): Answer {
  const element = elementOf(call, idAt(call, 1));
  return element === undefined ? noContent() : hal(elementView(element, call));
}

function create(call: Call): Answer {
  const { store, userId } = call;
  const catalog = catalogOf(call);
  const drafts = decodeItems(call.body, (item, found, index) => {
    checkUsers(store, item, found);
    const draft = acceptNew(item, found);
    const fields = decodeFields(store, store.catalogs.fields(catalog.id), item.custom_fields_values, found);
    return draft && { draft, fields, requestId: draft.request_id ?? index };
  });
  const elements = drafts.map(({ draft: { request_id, currency_id, ...sent }, fields, requestId }) => {
    const now = store.now();
    const made = { created_by: userId, updated_by: userId, created_at: now, updated_at: now };
    const own = { catalog_id: catalog.id, is_deleted: false, custom_fields_values: replaceFields([], fields) };
    return {
      ...elementView(store.elements.add({ id: store.nextId(), ...made, ...sent, ...own }), call),
      request_id: requestId,
    };
  });
  return answer(
    elements,
    call,
    elements.map(({ id }) => id),
  );
}

function update(call: Call): Answer {
  const changes = decodeItems(call.body, (item, found) => decodeChange(item, call, found));
  return answer(
    changes.map((change) => apply(change, call)),
    call,
  );
}

function updateOne(call: Call): Answer {
  const id = idAt(call, 1);
  const changes = decodeOne(call.body, (item, found) => decodeChange({ ...item, id }, call, found));
  return hal(changes.map((change) => apply(change, call))[0]);
}

function decodeChange(item: Record<string, unknown>, call: Call, found: Violation[]) {
  const change = acceptChange(item, found);
  checkUsers(call.store, item, found);
  const fields = decodeFields(
    call.store,
    call.store.catalogs.fields(catalogOf(call).id),
    item.custom_fields_values,
    found,
  );
  if (change && elementOf(call, change.id) === undefined) found.push(violation('NotSupportedChoice', 'id'));
  return change && { change, fields };
}

type Decoded = NonNullable<ReturnType<typeof decodeChange>>;

function apply({ change, fields }: Decoded, call: Call) {
  const { request_id, currency_id, custom_fields_values, ...rest }: Static<typeof Change> = change;
  const written = { updated_at: call.store.now(), updated_by: call.userId };
  const element = call.store.elements.update(rest.id, (each) => {
    Object.assign(each, written, rest);
    each.custom_fields_values = replaceFields(each.custom_fields_values, fields);
  });
  return { ...elementView(element, call), request_id: request_id ?? rest.id };
}

function elementOf(call: Call, id: number): CatalogElement | undefined {
  const { id: catalogId } = catalogOf(call);
  const element = call.store.elements.get(id);
  return element?.catalog_id === catalogId && !element.is_deleted ? element : undefined;
}

function answer(elements: unknown[], call: Call, stored?: number[]): Answer {
  const _links = link(call, `catalogs/${idAt(call, 0)}/elements`);
  return hal({ _links, _embedded: { elements } }, stored);
}

function elementView(element: CatalogElement, call: Call) {
  const { id, catalog_id, custom_fields_values, ...own } = element;
  return {
    id,
    ...own,
    custom_fields_values: storedFieldsView(call.store.catalogs.fields(catalog_id), custom_fields_values),
    catalog_id,
    account_id: call.store.account.id,
    _links: link(call, `catalogs/${catalog_id}/elements/${id}`),
  };
}
