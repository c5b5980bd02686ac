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
    // Nearly all requests name the same host.
    let last: string | undefined;
    app.addHook('onRequest', async ({ headers: { host } }) => {
      // Only HTTP/1.0 has no Host header, and no browser uses it.
      if (host === undefined || host === last) return;
      const name = hostName(host);
      if (name === undefined || !(isLoopback(name) || allowed.has(name))) {
        throw new Problem('HOST_NOT_ALLOWED', requestMessages.foreignHost);
      }
      last = host;
    });
  },
  { name: 'hosts', fastify: '5.x', dependencies: ['problems'] },
);
