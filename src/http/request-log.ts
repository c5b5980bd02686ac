import { randomUUID } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { onRequestEnd } from './request-end.ts';

/** The caller's `x-request-id` where it is safe to log, else an id of our own. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : randomUUID();
}

/** One line for each request at its end, and its id in the answer. Nothing of the body, the query or the headers. */
export const requestLog = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', async (request, reply) => {
      reply.header('x-request-id', request.id);
      // Not available any more at the end of the request.
      const { remoteAddress } = request.socket;
      onRequestEnd(reply.raw, (answered) => {
        const { method, routeOptions, caller, isDryRun } = request;
        const { statusCode: status, elapsedTime } = reply;
        const line = { method, route: routeOptions.url, status, caller, answered };
        // The address helps to find who guesses keys; of known callers it is not logged.
        const stranger = status === 401 ? { remoteAddress } : {};
        const dry = isDryRun ? { dry_run: true } : {};
        request.log.info({ ...line, ...dry, ...stranger, duration_ms: Math.round(elapsedTime) }, 'request');
      });
    });
  },
  { name: 'request-log', fastify: '5.x', dependencies: ['dry-run'] },
);
