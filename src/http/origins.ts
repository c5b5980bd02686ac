import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { requestMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import { nameHeader } from './name-header.ts';

/** Those of the OpenAPI document, and what browsers send to `/mcp`. */
const requestHeaders =
  'accept-language, amocrm-account, authorization, content-type, idempotency-key, mcp-method, mcp-name, ' +
  'mcp-protocol-version, prefer, x-api-key, x-request-id';
const answerHeaders =
  'content-language, idempotency-replayed, location, preference-applied, retry-after, www-authenticate, x-request-id';
/** Seconds that a browser caches a preflight answer. */
const preflightAge = 600;

/**
 * Refuses requests from pages of other sites, with or without API keys, unless their origin is allowed; for allowed
 * ones it answers with CORS headers. Register it before auth: a preflight has no key.
 */
export const origins = fp(
  async (app: FastifyInstance, { allowedOrigins }: { allowedOrigins: readonly string[] }) => {
    const allowed = new Set(allowedOrigins);
    app.addHook('onRequest', async (request, reply) => {
      const { origin, host = '' } = request.headers;
      if (allowed.size > 0) reply.header('vary', 'Origin');
      if (origin === undefined) {
        if (request.headers['sec-fetch-site'] === 'cross-site' && !isNavigation(request)) throw foreign();
        return;
      }
      if (isOwn(origin, host)) return;
      if (!allowed.has(origin)) throw foreign(origin);
      reply.header('access-control-allow-origin', origin);
      if (isPreflight(request)) return answerPreflight(reply);
      reply.header('access-control-expose-headers', answerHeaders);
    });
  },
  { name: 'origins', fastify: '5.x', dependencies: ['problems'] },
);

/** Whether the page was served by this service, also behind a proxy with TLS. */
function isOwn(origin: string, host: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: asking } = new URL(origin);
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === asking;
}

/** Whether a person has followed a link. The other site cannot read the page shown then. */
function isNavigation({ method, headers }: FastifyRequest): boolean {
  return method === 'GET' && headers['sec-fetch-mode'] === 'navigate' && headers['sec-fetch-dest'] === 'document';
}

function isPreflight({ method, headers }: FastifyRequest): boolean {
  return method === 'OPTIONS' && headers['access-control-request-method'] !== undefined;
}

function answerPreflight(reply: FastifyReply): FastifyReply {
  return reply
    .code(204)
    .header('access-control-allow-methods', 'GET, POST')
    .header('access-control-allow-headers', requestHeaders)
    .header('access-control-max-age', preflightAge)
    .send();
}

function foreign(origin?: string): Problem {
  return new Problem('ORIGIN_NOT_ALLOWED', nameHeader(requestMessages.foreignOrigin, origin));
}
