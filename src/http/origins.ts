import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Problem } from '../problems/problem.ts';

const answerHeaders = 'content-language, idempotency-replayed, retry-after, x-request-id';
const requestHeaders =
  'accept-language, amocrm-account, authorization, content-type, idempotency-key, x-api-key, x-request-id';
/** Seconds that a browser need not ask again. */
const preflightAge = 600;

/**
 * Refuses what pages of other sites ask for, keys or not, unless their origin is allowed; then the browser is told so
 * (CORS). To be registered before auth: a preflight has no key.
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
      if (!allowed.has(origin)) throw foreign();
      reply.header('access-control-allow-origin', origin);
      if (isPreflight(request)) return answerPreflight(reply);
      reply.header('access-control-expose-headers', answerHeaders);
    });
  },
  { name: 'origins', fastify: '5.x', dependencies: ['problems'] },
);

/** Of a page that this service has served, whether or not a proxy with TLS stands in between. */
function isOwn(origin: string, host: string): boolean {
  if (!/^https?:\/\//.test(origin) || !URL.canParse(origin)) return false;
  const { protocol, host: asking } = new URL(origin);
  const own = `${protocol}//${host}`;
  return URL.canParse(own) && new URL(own).host === asking;
}

/** A link that a person has followed. What is shown then the other site cannot read. */
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

function foreign(): Problem {
  return new Problem(
    'ORIGIN_NOT_ALLOWED',
    'The request comes from a page whose origin is neither that of the Host header nor one of ALLOWED_ORIGINS',
  );
}
