import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { ApiKey } from '../config/config.ts';
import { Problem } from '../problems/problem.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Name of the API key's owner; `anonymous` where no keys are configured, '' where none was shown. */
    caller: string;
  }
  interface FastifyContextConfig {
    /** Whether the route answers without an API key. */
    open?: boolean;
  }
}

/**
 * Closes every route that is not declared open, unknown ones too, to callers without an API key. Keys are kept as
 * SHA-256 digests, and each is compared, so that the time taken says nothing about them.
 */
export const auth = fp(
  async (app: FastifyInstance, { apiKeys }: { apiKeys: readonly ApiKey[] }) => {
    const known = apiKeys.map(({ caller, key }) => ({ caller, digest: sha256(key) }));
    app.decorateRequest('caller', '');
    app.addHook('onRequest', async (request, reply) => {
      if (known.length === 0) {
        request.caller = 'anonymous';
        return;
      }
      const digest = sha256(presentedKey(request) ?? '');
      for (const entry of known) {
        if (timingSafeEqual(entry.digest, digest)) request.caller = entry.caller;
      }
      if (request.caller !== '' || request.routeOptions.config.open === true) return;
      reply.header('www-authenticate', 'Bearer realm="amocrm-steps"');
      throw new Problem('UNAUTHORIZED', 'Send the key as Authorization: Bearer <key> or X-API-Key');
    });
  },
  { name: 'auth', fastify: '5.x' },
);

function presentedKey(request: FastifyRequest): string | undefined {
  const bearer = /^Bearer +([!-~]+)$/i.exec(request.headers.authorization ?? '')?.[1];
  const header = request.headers['x-api-key'];
  return bearer ?? (typeof header === 'string' ? header : undefined);
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
