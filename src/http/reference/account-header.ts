import type { FastifySchema, RouteOptions } from 'fastify';
import { Type } from 'typebox';
import { accountIdPattern } from '../../schemas/patterns.ts';

const Header = Type.Object({
  'Amocrm-Account': Type.Optional(
    // No example: Swagger UI would send it with every request in "Try it out".
    Type.String({
      pattern: accountIdPattern,
      description:
        'The id of the account that the request is for. Needed where the key is for several; a key for one account, and a ' +
        'service with one, need none. Every account has keys of idempotency, jobs and a limit of its own.',
    }),
  ),
});

/** Adds the header that names the account to a route's documentation. */
export function documentAccount(route: RouteOptions): void {
  const { config = {}, schema = {} } = route;
  if (config.inAccount !== true) return;
  const { document = () => ({}) } = config;
  route.config = { ...config, document: () => withAccount({ ...schema, ...document() }) };
}

function withAccount({ headers, ...schema }: FastifySchema): FastifySchema {
  const { properties = {} } = Object(headers);
  return { ...schema, headers: Type.Object({ ...properties, ...Header.properties }) };
}
