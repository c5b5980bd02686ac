import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import fp from 'fastify-plugin';
import { onRequestEnd } from './request-end.ts';

export interface Line {
  /** How many are not answered yet. */
  length: number;
  /** The last one and its answer. */
  last?: { request: IncomingMessage; response: ServerResponse };
  /** Resolves when all before the last have been answered. */
  before: Promise<void>;
  /** Resolves when the last has been answered as well. */
  answered: Promise<void>;
}

/** Requests that a client may send before the answers (pipelining). */
const maxLength = 100;
const lines = new WeakMap<Socket, Line>();

export function lineOf(socket: Socket): Line {
  const line = lines.get(socket) ?? { length: 0, before: Promise.resolve(), answered: Promise.resolve() };
  lines.set(socket, line);
  return line;
}

/**
 * Handles the requests of a connection one after another: RFC 9112 9.3.2 asks for it, and a client that reads no
 * answers must not make them pile up. Register it first, so that no other hook sees a request before its turn.
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

/** On a lost connection this promise stays pending, and what waits for it is garbage-collected. */
function finished(response: ServerResponse, line: Line): Promise<void> {
  return new Promise((resolve) => {
    onRequestEnd(response, (answered) => {
      if (!answered) return;
      line.length -= 1;
      resolve();
    });
  });
}
