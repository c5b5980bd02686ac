import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { hostName, isLoopback } from '../config/addresses.ts';
import { Problem } from '../problems/problem.ts';

export interface HostsOptions {
  /** Names beside loopback; undefined: any. */
  allowedHosts: readonly string[] | undefined;
}

/**
 * Refuses requests for names that are not ours. A page of another site can let its own name lead to this machine (DNS
 * rebinding), and the browser then takes our answers for the page's own.
 */
export const hosts = fp(
  async (app: FastifyInstance, { allowedHosts }: HostsOptions) => {
    if (allowedHosts === undefined) return;
    const allowed = new Set(allowedHosts);
    app.addHook('onRequest', async ({ headers: { host } }) => {
      // Only HTTP/1.0 has none, and no browser speaks that.
      if (host === undefined) return;
      const name = hostName(host);
      if (name !== undefined && (isLoopback(name) || allowed.has(name))) return;
      throw new Problem('HOST_NOT_ALLOWED', 'The Host header names neither this machine nor one of ALLOWED_HOSTS');
    });
  },
  { name: 'hosts', fastify: '5.x', dependencies: ['problems'] },
);
