import { type Answer, hal, noContent, notFound } from '../http/answer.ts';
import type { Routes } from '../http/router.ts';
import type { User } from '../store/models.ts';
import { type Call, idAt, link } from './call.ts';
import { withParts } from './entity-view.ts';
import { pageLinks, slice } from './paging.ts';

export const userRoutes: Routes = {
  '/api/v4/users': { GET: list },
  '/api/v4/users/:id': { GET: get },
};

const ALL = { view: 'A', edit: 'A', add: 'A', delete: 'A', export: 'A' };
const OWN = { view: 'A', edit: 'M', add: 'A', delete: 'D', export: 'D' };

const GROUP = { id: 0, name: 'Отдел продаж' };

/** What `with` adds beside a user's own keys; a role is shown as one of `_embedded`, and nobody here has one. */
const EXTRAS: Record<string, (user: Pick<User, 'id'>) => unknown> = {
  uuid: ({ id }) => `00000000-0000-4000-8000-${String(id).padStart(12, '0')}`,
  amojo_id: ({ id }) => `00000000-0000-4000-9000-${String(id).padStart(12, '0')}`,
  user_rank: () => 'candidate',
  phone_number: ({ id }) => `+7495${id}`,
};

function list(call: Call): Answer {
  const all = [...call.store.users.values()];
  const { items, page, limit } = slice(all, call, () => true);
  if (items.length === 0) return noContent();
  return hal({
    _total_items: all.length,
    _page: page,
    _page_count: Math.ceil(all.length / limit),
    _links: pageLinks(call, { page, limit }, page * limit < all.length),
    _embedded: { users: items.map((user) => userView(user, call)) },
  });
}

function get(call: Call): Answer {
  const user = call.store.users.get(idAt(call, 0));
  if (user === undefined) throw notFound('User not found');
  return hal(userView(user, call));
}

function userView({ is_admin, ...user }: User, call: Call) {
  const wanted = withParts(call);
  const rights = is_admin ? ALL : OWN;
  return {
    ...user,
    lang: 'ru',
    rights: {
      leads: rights,
      contacts: rights,
      companies: rights,
      tasks: { edit: rights.edit, delete: rights.delete },
      mail_access: is_admin,
      catalog_access: is_admin,
      status_rights: [],
      is_admin,
      is_free: false,
      is_active: true,
      group_id: 0,
      role_id: null,
    },
    ...pick(EXTRAS, user, wanted),
    _links: link(call, `users/${user.id}`),
    _embedded: { roles: [], groups: wanted.has('group') ? [GROUP] : [] },
  };
}

function pick(parts: typeof EXTRAS, user: Pick<User, 'id'>, wanted: Set<string>): Record<string, unknown> {
  const chosen = Object.entries(parts).filter(([name]) => wanted.has(name));
  return Object.fromEntries(chosen.map(([name, part]) => [name, part(user)]));
}
