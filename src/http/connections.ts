import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { onRequestEnd } from './request-end.ts';

/** The requests of one connection. */
export interface Line {
  /** How many wait for their answers. */
  length: number;
  /** The last one, with its answer. */
  last?: { request: IncomingMessage; response: ServerResponse };
  /** Resolves when all before the last have been answered. */
  before: Promise<void>;
  /** Resolves when the last has been answered as well. */
  answered: Promise<void>;
}

/** Requests that a client may send ahead of the answers. */
const maxLength = 100;
const lines = new WeakMap<Socket, Line>();

export function lineOf(socket: Socket): Line {
  const line = lines.get(socket) ?? { length: 0, before: Promise.resolve(), answered: Promise.resolve() };
  lines.set(socket, line);
  return line;
}

/**
 * Works on the requests of a connection one after another: RFC 9112 9.3.2 asks for it, and who reads no answers must not
 * heap them up. To be registered first, so that a request is nobody's before its turn.
 */
export const connections = fp(
  async (app: FastifyInstance) => {
    app.addHook('onRequest', async ({ raw: request }, reply) => {
      const { socket } = request;
      const line = lineOf(socket);
      const { answered: before } = line;
      line.length += 1;
      Object.assign(line, { last: { request, response: reply.raw }, before, answered: finished(reply.raw, line) });
      if (line.length > maxLength) socket.destroy();
      await before;
    });
  },
  { name: 'connections', fastify: '5.x' },
);

/** On a connection that is lost this stays open, and what waits for it is forgotten. */
function finished(response: ServerResponse, line: Line): Promise<void> {
  return new Promise((resolve) => {
    onRequestEnd(response, (answered) => {
      if (!answered) return;
      line.length -= 1;
      resolve();
    });
  });
}
