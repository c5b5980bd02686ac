import { problem } from '../http/answer.ts';
import type { Handler, Routes } from '../http/router.ts';
import { KINDS } from '../store/models.ts';

const FULL = 'GET POST PATCH';
const ONE = 'GET PATCH DELETE';

/** Methods that amoCRM has and this sandbox has not: whoever calls one learns that, instead of an answer of amoCRM's. */
const METHODS: Record<string, string> = {
  '/api/v2/events': 'POST',
  '/api/v4/bots': 'GET',
  '/api/v4/catalogs/:id/custom_fields/groups': 'GET POST',
  '/api/v4/catalogs/:id/custom_fields/groups/:text': ONE,
  '/api/v4/contacts/chats': 'GET POST',
  '/api/v4/customers/:id/bonus_points': 'POST',
  '/api/v4/customers/:id/transactions': 'GET POST',
  '/api/v4/customers/:id/transactions/:id': 'GET DELETE',
  '/api/v4/customers/mode': 'PATCH',
  '/api/v4/customers/segments': FULL,
  '/api/v4/customers/segments/:id': ONE,
  '/api/v4/customers/segments/custom_fields': FULL,
  '/api/v4/customers/segments/custom_fields/:id': ONE,
  '/api/v4/customers/statuses': FULL,
  '/api/v4/customers/statuses/:id': ONE,
  '/api/v4/customers/transactions': 'GET',
  '/api/v4/events/types': 'GET',
  '/api/v4/leads/loss_reasons': 'POST',
  '/api/v4/leads/loss_reasons/:id': 'DELETE',
  '/api/v4/leads/unsorted/:text/link': 'POST',
  '/api/v4/leads/unsorted/summary': 'GET',
  '/api/v4/roles': 'GET POST',
  '/api/v4/roles/:id': ONE,
  '/api/v4/short_links': 'POST',
  '/api/v4/sources': `${FULL} DELETE`,
  '/api/v4/sources/:id': ONE,
  '/api/v4/talks/:id': 'GET',
  '/api/v4/talks/:id/close': 'POST',
  '/api/v4/users': 'POST',
  '/api/v4/website_buttons': 'GET POST',
  '/api/v4/website_buttons/:id': 'GET PATCH',
  '/api/v4/website_buttons/:id/online_chat': 'POST',
  '/api/v4/widgets': 'GET',
  '/api/v4/widgets/:text': 'GET POST DELETE',
  ...ofKinds({
    ':id/files': 'GET PUT DELETE',
    ':id/subscriptions': 'GET',
    'custom_fields/groups': 'POST',
    'custom_fields/groups/:text': 'PATCH DELETE',
  }),
};

export const notBuiltRoutes: Routes = Object.fromEntries(
  Object.entries(METHODS).map(([path, methods]) => [
    path,
    Object.fromEntries(methods.split(' ').map((method) => [method, notBuilt])),
  ]),
);

function notBuilt({ method, path }: Parameters<Handler>[0]) {
  return problem(501, `amoCRM has ${method} ${path}; this sandbox does not`);
}

function ofKinds(methods: Record<string, string>): Record<string, string> {
  return Object.fromEntries(
    KINDS.flatMap((kind) => Object.entries(methods).map(([name, allowed]) => [`/api/v4/${kind}/${name}`, allowed])),
  );
}
