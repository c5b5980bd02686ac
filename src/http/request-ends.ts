import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

type RequestEnd = (request: FastifyRequest, reply: FastifyReply, answered: boolean) => void;

declare module 'fastify' {
  interface FastifyInstance {
    /** Adds what is called once when a request has ended: answered, or its caller has hung up before. */
    onRequestEnd(over: RequestEnd): void;
  }
}

/**
 * Fastify's onResponse is not called when callers hang up. One listener serves all: a request that waits should cost
 * little. Register it after `connections`, so that it sees no request that never had its turn.
 */
export const requestEnds = fp(
  async (app: FastifyInstance) => {
    const all: RequestEnd[] = [];
    app.decorate('onRequestEnd', (over) => void all.push(over));
    app.addHook('onRequest', async (request, reply) => {
      const { raw } = reply;
      raw.on('close', () => {
        for (const over of all) over(request, reply, raw.writableFinished);
      });
    });
  },
  { name: 'request-ends', fastify: '5.x' },
);

/** Whether the request has ended: its caller has hung up while something was waited for. */
export function hasEnded({ raw }: FastifyReply): boolean {
  return raw.destroyed;
}

/** An onRequest hook, after all that wait: what comes after would begin what no end is told of any more. */
export async function stopEnded(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  if (hasEnded(reply)) reply.hijack();
}
