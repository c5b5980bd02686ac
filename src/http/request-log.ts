import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyRequest {
    /** The address of a caller without a valid key, for the log: it helps to find who guesses keys. */
    stranger: string | undefined;
  }
}

/** The caller's `x-request-id` where it is safe to log, else an id of our own. */
export function requestId({ headers }: Pick<IncomingMessage, 'headers'>): string {
  const given = headers['x-request-id'];
  return typeof given === 'string' && /^[\w.-]{1,64}$/.test(given) ? given : ownId();
}

/** Random text is made for many ids at once: for one alone that takes longer than all else about it. */
const idsAtOnce = 128;
const idBytes = 16;
let supply = '';

function ownId(): string {
  if (supply === '') supply = randomBytes(idBytes * idsAtOnce).toString('hex');
  const id = supply.slice(0, idBytes * 2);
  supply = supply.slice(idBytes * 2);
  return id;
}

/** One line for each request at its end, and its id in the answer. Nothing of the body, the query or the headers. */
export const requestLog = fp(
  async (app: FastifyInstance, { isManaged }: { isManaged: boolean }) => {
    app.decorateRequest('stranger');
    app.addHook('onRequest', async (request, reply) => void reply.header('x-request-id', request.id));
    app.onRequestEnd((request, reply, answered) => {
      const { method, routeOptions, caller, isDryRun, stranger, use, elsewhere } = request;
      const { statusCode: status, elapsedTime } = reply;
      const line = { reqId: request.id, method, route: routeOptions.url, status, caller, answered };
      const from = stranger === undefined ? {} : { remoteAddress: stranger };
      // Where there is one account alone its id says nothing.
      const id = use?.account.id ?? elsewhere;
      const account = isManaged && id !== undefined ? { account: id } : {};
      const dry = isDryRun ? { dry_run: true } : {};
      request.log.info({ ...line, ...account, ...dry, ...from, duration_ms: Math.round(elapsedTime) }, 'request');
    });
  },
  { name: 'request-log', fastify: '5.x', dependencies: ['dry-run', 'request-ends'] },
);
