import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether others get their turn between the parts of the work on this request's body. */
    isLarge: boolean;
  }
}

/** Values of a body: so many take some 10 ms in each part of the work, from parsing to the answer. */
export const largeFrom = 5_000;

/** Lets the event loop turn between the parts of the work on a large body, which is linear but long. */
export const largeBodies = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('isLarge', false);
    app.addHook('preValidation', turn);
    app.addHook('preHandler', turn);
  },
  { name: 'large-bodies', fastify: '5.x' },
);

/** A hook that waits for one turn of the event loop where the body is large. */
export function turn({ isLarge }: FastifyRequest, _reply: FastifyReply, done: () => void): void {
  if (isLarge) setImmediate(done);
  else done();
}
