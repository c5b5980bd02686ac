import { finished } from 'node:stream';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Problem } from '../errors.ts';

/**
 * While the app closes it goes on listening, so that new requests hear why they are refused, until what was in work has
 * been answered or `drainMs` have passed. Gives the signal that ends all waiting; its reason is a Problem.
 */
export function drainOnClose(app: FastifyInstance, drainMs = 9_000): AbortSignal {
  const closing = new AbortController();
  const inWork = new Set<FastifyReply>();
  const { promise: drained, resolve: drain } = Promise.withResolvers<void>();

  app.addHook('onRequest', async (_request, reply) => {
    if (closing.signal.aborted) throw closing.signal.reason;
    inWork.add(reply);
    // Not onResponse: it is silent about callers that hang up.
    finished(reply.raw, () => {
      inWork.delete(reply);
      if (closing.signal.aborted && inWork.size === 0) drain();
    });
  });
  app.addHook('onSend', async (_request, reply) => {
    if (closing.signal.aborted) reply.header('connection', 'close');
  });
  app.addHook('preClose', async () => {
    closing.abort(new Problem('SHUTTING_DOWN', 'The service is going down'));
    if (inWork.size === 0) return;
    const timer = setTimeout(drain, drainMs);
    await drained;
    clearTimeout(timer);
  });
  return closing.signal;
}
