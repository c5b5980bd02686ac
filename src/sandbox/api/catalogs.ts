import Type, { type Static } from 'typebox';
import { type Answer, hal, notFound, problem, Refused } from '../http/answer.ts';
import type { Routes } from '../http/router.ts';
import { CATALOG_TYPES, type Catalog } from '../store/catalogs.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems, decodeOne, requestId } from '../validation/items.ts';
import { type Violation, violation } from '../validation/violation.ts';
import { type Call, idAt, link } from './call.ts';
import { authorship, exactly, optional, RequestId } from './draft.ts';
import { listAnswer, slice } from './paging.ts';
import { checkUsers } from './user-refs.ts';

/** The account's own lists: https://www.amocrm.ru/developers/content/crm_platform/catalogs-api */
export const catalogRoutes: Routes = {
  '/api/v4/catalogs': { GET: list, POST: create, PATCH: update },
  '/api/v4/catalogs/:id': { GET: get, PATCH: updateOne },
};

const MAX_CATALOGS = 10;

const { responsible_user_id, ...author } = authorship;
const keys = {
  ...author,
  sort: optional(Type.Integer()),
  type: optional(Type.Enum([...CATALOG_TYPES])),
  can_add_elements: optional(Type.Boolean()),
  can_show_in_cards: optional(Type.Boolean()),
  can_link_multiple: optional(Type.Boolean()),
  request_id: RequestId,
};
const acceptNew = accepts(exactly({ ...keys, name: Type.String({ minLength: 1 }) }));
const Change = exactly({ ...keys, id: Type.Integer(), name: Type.String({ minLength: 1 }) });
const acceptChange = accepts(Change);

export function catalogOf(call: Call): Catalog {
  const catalog = call.store.catalogs.get(idAt(call, 0));
  if (catalog === undefined) throw notFound('Catalog not found');
  return catalog;
}

function list(call: Call): Answer {
  const page = slice(call.store.catalogs.ordered('id'), call, () => true);
  return listAnswer(call, 'catalogs', { ...page, items: page.items.map((catalog) => catalogView(catalog, call)) });
}

function get(call: Call): Answer {
  return hal(catalogView(catalogOf(call), call));
}

function create(call: Call): Answer {
  const { store, userId } = call;
  const drafts = decodeItems(call.body, (item, found, index) => {
    checkUsers(store, item, found);
    const draft = acceptNew(item, found);
    return draft && { draft, requestId: requestId(item, index) };
  });
  if (store.catalogs.size + drafts.length > MAX_CATALOGS) {
    throw new Refused(problem(422, `Limit ${MAX_CATALOGS} catalogs per account`));
  }
  const catalogs = drafts.map(({ draft: { request_id, ...sent }, requestId }) => {
    const now = store.now();
    const made = { created_by: userId, updated_by: userId, created_at: now, updated_at: now };
    const sort = 10 * (store.catalogs.size + 1);
    const catalog = store.catalogs.add({ id: store.nextId(), ...made, sort, ...ORDINARY, ...sent });
    return { ...catalogView(catalog, call), request_id: requestId };
  });
  return hal(
    { _links: link(call, 'catalogs'), _embedded: { catalogs } },
    catalogs.map(({ id }) => id),
  );
}

const ORDINARY = {
  type: 'regular' as const,
  can_add_elements: true,
  can_show_in_cards: false,
  can_link_multiple: true,
  can_be_deleted: true,
};

function update(call: Call): Answer {
  const changes = decodeItems(call.body, (item, found, index) => {
    const change = decodeChange(item, call, found);
    return change && { change, requestId: requestId(item, index) };
  });
  const catalogs = changes.map(({ change, requestId }) => ({ ...apply(change, call), request_id: requestId }));
  return hal({ _links: link(call, 'catalogs'), _embedded: { catalogs } });
}

function updateOne(call: Call): Answer {
  const { id } = catalogOf(call);
  const changes = decodeOne(call.body, (item, found) => decodeChange({ ...item, id }, call, found));
  return hal(changes.map((change) => ({ ...apply(change, call), request_id: String(change.request_id ?? id) }))[0]);
}

function decodeChange(item: Record<string, unknown>, call: Call, found: Violation[]) {
  const change = acceptChange(item, found);
  const catalog = change && call.store.catalogs.get(change.id);
  if (change && catalog === undefined) found.push(violation('NotSupportedChoice', 'id'));
  const isOther = catalog !== undefined && change?.type !== undefined && change.type !== catalog.type;
  if (isOther) found.push(violation('NotSupportedChoice', 'type'));
  return change;
}

function apply({ request_id, ...change }: Static<typeof Change>, call: Call) {
  const { store, userId } = call;
  const written = { updated_at: store.now(), updated_by: userId };
  const catalog = store.catalogs.update(change.id, (each) => Object.assign(each, written, change));
  return catalogView(catalog, call);
}

function catalogView(catalog: Catalog, call: Call) {
  const rest = { sdk_widget_code: null, account_id: call.store.account.id };
  return { ...catalog, ...rest, _links: link(call, `catalogs/${catalog.id}`) };
}
