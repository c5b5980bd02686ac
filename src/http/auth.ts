import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Scope } from '../config/api-keys.ts';
import { Problem } from '../problems/problem.ts';
import type { KeyRing } from './key-ring.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the API key's owner; `anonymous` without configured keys, '' where no valid key was sent. */
    caller: string;
    scope: Scope;
  }
  interface FastifyContextConfig {
    /** Whether the route answers without an API key. */
    open?: boolean;
    /** What a POST does to amoCRM; `body`: what its body asks for (see `refuseToWrite`). Absent: it writes. */
    effects?: 'reads' | 'writes' | 'body';
  }
}

const metricsRoute = '/metrics';
const howToSend = 'Send the key as Authorization: Bearer <key> or X-API-Key';
const unknownKey = 'This key is not one of API_KEYS (the key alone is sent, without its name)';

/** Requires an API key with the right scope for every route that is not declared open, unknown routes too. */
export const auth = fp(
  async (app: FastifyInstance, { keys }: { keys: KeyRing }) => {
    app.decorateRequest('caller', '');
    app.decorateRequest('scope', 'all');
    app.addHook('onRequest', async (request, reply) => {
      if (keys.isEmpty()) {
        request.caller = 'anonymous';
        return;
      }
      const presented = presentedKey(request);
      const holder = keys.find(presented ?? '');
      const isOpen = request.routeOptions.config.open === true;
      // A key for `/metrics` opens nothing else, and elsewhere its owner is not recorded.
      if (isOpen && (holder === undefined || holder.scope === 'metrics')) return;
      if (holder === undefined) {
        // Not available any more at the end of the request.
        request.stranger = request.socket.remoteAddress;
        reply.header('www-authenticate', 'Bearer realm="amocrm-steps"');
        throw new Problem('UNAUTHORIZED', presented === undefined ? howToSend : `${unknownKey}. ${howToSend}`);
      }
      Object.assign(request, holder);
      refuseBeyondScope(request);
    });
  },
  { name: 'auth', fastify: '5.x', dependencies: ['problems', 'request-log', 'dry-run'] },
);

/** For routes whose body decides whether they write: throws where the key may only read and the body would write. */
export function refuseToWrite({ scope, isDryRun }: FastifyRequest, what: string): void {
  if (scope === 'read' && !isDryRun) throw new Problem('KEY_NOT_ALLOWED', `This key may only read, and ${what} writes`);
}

function refuseBeyondScope({ scope, method, is404, isDryRun, routeOptions: { url, config } }: FastifyRequest): void {
  if (scope === 'metrics' && url !== metricsRoute) {
    throw new Problem('KEY_NOT_ALLOWED', `This key is for ${metricsRoute} alone`);
  }
  const isReading = is404 || method === 'GET' || method === 'HEAD' || isDryRun;
  if (scope === 'read' && !isReading && (config.effects ?? 'writes') === 'writes') {
    throw new Problem('KEY_NOT_ALLOWED', 'This key may only read, and this route writes');
  }
}

function presentedKey(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +([!-~]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const header = request.headers['x-api-key'];
  return bearer ?? (typeof header === 'string' ? header : undefined);
}
