import type { ServerResponse } from 'node:http';

/**
 * Calls back once, when a request is over: its answer has gone out, or its caller has hung up before. Fastify's onResponse
 * is silent about callers that hang up.
 */
export function onRequestEnd(response: ServerResponse, over: (answered: boolean) => void): void {
  response.once('close', () => over(response.writableFinished));
}
