import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';

export interface Line {
  /** How many wait for the answer before theirs, or for their own. */
  waiting: number;
  /** The last request and its answer. */
  last: { request: IncomingMessage; response: ServerResponse } | undefined;
  /** Resolves when all before the last have been answered. */
  before: Promise<void>;
}

/** Requests that a client may send before the answers (pipelining). */
const maxWaiting = 100;
const lines = new WeakMap<Socket, Line>();
const atOnce = Promise.resolve();

export function lineOf(socket: Socket): Line {
  const line = lines.get(socket) ?? { waiting: 0, last: undefined, before: atOnce };
  lines.set(socket, line);
  return line;
}

/**
 * Handles the requests of a connection one after another: RFC 9112 9.3.2 asks for it, and a client that reads no
 * answers must not make them pile up. Register it first, so that no other hook sees a request before its turn.
 */
export const connections = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', async ({ raw: request }, { raw: response }) => {
      const { socket } = request;
      const line = lineOf(socket);
      line.before = answered(line);
      line.last = { request, response };
      if (line.before !== atOnce) waitIn(line, response);
      if (line.waiting >= maxWaiting) socket.destroy();
      await line.before;
    });
  },
  { name: 'connections', fastify: '5.x' },
);

function waitIn(line: Line, response: ServerResponse): void {
  line.waiting += 1;
  response.on('close', () => {
    if (response.writableFinished) line.waiting -= 1;
  });
}

/**
 * Resolves when all requests of the line have been answered. On a lost connection the promise stays pending, and what
 * waits for it is garbage-collected.
 */
export function answered({ last }: Line): Promise<void> {
  if (last === undefined || last.response.writableFinished) return atOnce;
  const { promise, resolve } = Promise.withResolvers<void>();
  const { response } = last;
  response.on('close', () => {
    if (response.writableFinished) resolve();
  });
  return promise;
}
