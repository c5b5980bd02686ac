import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { onRequestEnd } from './request-end.ts';

export interface WatchdogOptions {
  /** Milliseconds that the event loop may be held. */
  limitMs?: number;
}

/** How often the timer looks, as a part of the limit. */
const looksPerLimit = 10;

/** Logs when the event loop was held, with the routes that were in work then: nothing else is served meanwhile. */
export const watchdog = fp(
  async (app: FastifyInstance, { limitMs = 1_000 }: WatchdogOptions) => {
    const intervalMs = limitMs / looksPerLimit;
    const inWork = new Set<FastifyRequest>();
    /** Routes of requests that have ended since the last look. */
    const ended = new Set<string>();
    let lookedAt = 0;
    let timer: NodeJS.Timeout | undefined;

    app.addHook('onRequest', async (request, reply) => {
      inWork.add(request);
      onRequestEnd(reply.raw, () => {
        inWork.delete(request);
        ended.add(routeOf(request));
      });
    });
    // A start may take as long as it likes.
    app.addHook('onListen', () => {
      lookedAt = performance.now();
      timer = setInterval(look, intervalMs).unref();
    });
    app.addHook('onClose', async () => clearInterval(timer));

    function look(): void {
      const now = performance.now();
      const blockedMs = Math.round(now - lookedAt - intervalMs);
      if (blockedMs > limitMs) {
        const routes = [...new Set([...ended, ...[...inWork].map(routeOf)])];
        app.log.warn({ blocked_ms: blockedMs, routes }, 'event loop was blocked');
      }
      ended.clear();
      lookedAt = now;
    }
  },
  { name: 'watchdog', fastify: '5.x' },
);

function routeOf({ method, routeOptions }: FastifyRequest): string {
  return `${method} ${routeOptions.url ?? '(no route)'}`;
}
