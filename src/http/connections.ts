import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';

export interface Line {
  /** How many are not answered yet. */
  length: number;
  /** The last one and its answer. */
  last?: { request: IncomingMessage; response: ServerResponse };
  /** Resolves when all before the last have been answered. */
  before: Promise<void>;
}

/** Requests that a client may send before the answers (pipelining). */
const maxLength = 100;
const lines = new WeakMap<Socket, Line>();
const atOnce = Promise.resolve();

export function lineOf(socket: Socket): Line {
  const line = lines.get(socket) ?? { length: 0, before: atOnce };
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
      const before = answered(line);
      Object.assign(line, { length: line.length + 1, last: { request, response }, before });
      response.on('close', () => {
        if (response.writableFinished) line.length -= 1;
      });
      if (line.length > maxLength) socket.destroy();
      await before;
    });
  },
  { name: 'connections', fastify: '5.x' },
);

/**
 * Resolves when all requests of the line have been answered. On a lost connection the promise stays pending, and what
 * waits for it is garbage-collected.
 */
export function answered({ length, last }: Line): Promise<void> {
  if (length === 0 || last === undefined) return atOnce;
  const { promise, resolve } = Promise.withResolvers<void>();
  const { response } = last;
  response.on('close', () => {
    if (response.writableFinished) resolve();
  });
  return promise;
}
