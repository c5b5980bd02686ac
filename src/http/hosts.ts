import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { hostName, isLoopback } from '../config/addresses.ts';
import { requestMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import { nameHeader } from './name-header.ts';

export interface HostsOptions {
  /** Names beside loopback; undefined: any. */
  allowedHosts: readonly string[] | undefined;
  /** Whether another replica has passed the request on: it has looked, and auth asks for its signature. */
  isPassed(request: FastifyRequest): boolean;
}

/**
 * Refuses requests with other host names. With DNS rebinding a page of another site lets its own name resolve to this
 * machine, and the browser treats our answers as that page's.
 */
export const hosts = fp(
  async (app: FastifyInstance, { allowedHosts, isPassed }: HostsOptions) => {
    if (allowedHosts === undefined) return;
    const allowed = new Set(allowedHosts);
    // Nearly all requests name the same host.
    let last: string | undefined;
    app.addHook('onRequest', async (request) => {
      const { host } = request.headers;
      // Only HTTP/1.0 has no Host header, and no browser uses it.
      if (host === undefined || host === last || isPassed(request)) return;
      const name = hostName(host);
      if (name === undefined || !(isLoopback(name) || allowed.has(name))) {
        throw new Problem('HOST_NOT_ALLOWED', nameHeader(requestMessages.foreignHost, host));
      }
      last = host;
    });
  },
  { name: 'hosts', fastify: '5.x', dependencies: ['problems'] },
);
