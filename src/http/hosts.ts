import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { hostName, isLoopback } from '../config/addresses.ts';
import { requestMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';

export interface HostsOptions {
  /** Names beside loopback; undefined: any. */
  allowedHosts: readonly string[] | undefined;
}

/**
 * Refuses requests with other host names. With DNS rebinding a page of another site lets its own name resolve to this
 * machine, and the browser treats our answers as that page's.
 */
export const hosts = fp(
  async (app: FastifyInstance, { allowedHosts }: HostsOptions) => {
    if (allowedHosts === undefined) return;
    const allowed = new Set(allowedHosts);
    app.addHook('onRequest', async ({ headers: { host } }) => {
      // Only HTTP/1.0 has no Host header, and no browser uses it.
      if (host === undefined) return;
      const name = hostName(host);
      if (name !== undefined && (isLoopback(name) || allowed.has(name))) return;
      throw new Problem('HOST_NOT_ALLOWED', requestMessages.foreignHost);
    });
  },
  { name: 'hosts', fastify: '5.x', dependencies: ['problems'] },
);
