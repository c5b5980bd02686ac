import { type Answer, hal, noContent, notFound } from '../http/answer.ts';
import type { Routes } from '../http/router.ts';
import type { User } from '../store/models.ts';
import { type Call, idAt, link } from './call.ts';
import { pageLinks, slice } from './paging.ts';

export const userRoutes: Routes = {
  '/api/v4/users': { GET: list },
  '/api/v4/users/:id': { GET: get },
};

const ALL = { view: 'A', edit: 'A', add: 'A', delete: 'A', export: 'A' };
const OWN = { view: 'A', edit: 'M', add: 'A', delete: 'D', export: 'D' };

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
    _links: link(call, `users/${user.id}`),
    _embedded: { roles: [], groups: [{ id: 0, name: 'Отдел продаж' }] },
  };
}
