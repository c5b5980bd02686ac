import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';

export interface WatchdogOptions {
  /** Milliseconds that the event loop may be blocked. */
  limitMs?: number;
}

/** The interval of the timer, as a fraction of the limit. */
const looksPerLimit = 10;

/** Logs when the event loop was blocked, with the routes that were in progress: nothing else is served meanwhile. */
export const watchdog = fp(
  async (app: FastifyInstance, { limitMs = 1_000 }: WatchdogOptions) => {
    const intervalMs = limitMs / looksPerLimit;
    const inWork = new Set<FastifyRequest>();
    /** Routes of requests that have ended since the last check. */
    const ended = new Set<string>();
    let lookedAt = 0;
    let timer: NodeJS.Timeout | undefined;

    app.addHook('onRequest', async (request) => void inWork.add(request));
    app.onRequestEnd((request) => {
      inWork.delete(request);
      ended.add(routeOf(request));
    });
    // The start itself may block for longer.
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
  { name: 'watchdog', fastify: '5.x', dependencies: ['request-ends'] },
);

function routeOf({ method, routeOptions }: FastifyRequest): string {
  return `${method} ${routeOptions.url ?? '(no route)'}`;
}
