import type { ServerResponse } from 'node:http';

/**
 * Calls back once when a request has ended: its answer has been sent, or its caller has hung up before. Fastify's
 * onResponse is not called when callers hang up.
 */
export function onRequestEnd(response: ServerResponse, over: (answered: boolean) => void): void {
  response.once('close', () => over(response.writableFinished));
}
