import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { serviceMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';

declare module 'fastify' {
  interface FastifyInstance {
    /** Replaces a body's weight once it has been received, before it is parsed. Throws OVERLOADED. */
    weighBody(request: FastifyRequest, body: { bytes: number; values: number }): void;
  }
}

export interface BodyBudgetOptions {
  /** Bytes of all bodies in progress; one caller may have half of them. */
  maxBytes: number;
  /** Bytes of one body. */
  largestBody: number;
}

/** Seconds of `Retry-After`: each answer frees memory. */
const retryAfter = 1;
/** Memory of a parsed value beside its text, in bytes: measured on 49,000 keys with an empty object each. */
const bytesPerValue = 100;

/**
 * Refuses requests before their bodies would fill the memory. A body counts from its announcement (Content-Length)
 * until its answer has been sent; a chunked one counts as the largest until it has been received. Before it is parsed
 * its weight becomes an estimate of its memory, at most the share of a caller. Register it after auth.
 */
export const bodyBudget = fp(
  async (app: FastifyInstance, { maxBytes, largestBody }: BodyBudgetOptions) => {
    const share = maxBytes / 2;
    const held = new Map<FastifyRequest, number>();
    const ofCallers = new Map<string, number>();
    let total = 0;

    app.addHook('onRequest', async (request) => {
      const bytes = Math.min(announcedBytes(request), largestBody);
      if (bytes > 0) hold(request, bytes);
    });
    app.onRequestEnd((request) => {
      if (held.has(request)) set(request, 0);
    });
    app.decorate('weighBody', (request, { bytes, values }) => {
      // A body without an announced length is never released.
      if (held.has(request)) hold(request, Math.min(bytes + values * bytesPerValue, share));
    });

    function hold(request: FastifyRequest, bytes: number): void {
      const more = bytes - (held.get(request) ?? 0);
      const ofCaller = ofCallers.get(request.caller) ?? 0;
      if (more > 0 && (total + more > maxBytes || ofCaller + more > share)) {
        throw new Problem('OVERLOADED', serviceMessages.tooManyBodies, { retryAfter });
      }
      set(request, bytes);
    }

    function set(request: FastifyRequest, bytes: number): void {
      const { caller } = request;
      const more = bytes - (held.get(request) ?? 0);
      const ofCaller = (ofCallers.get(caller) ?? 0) + more;
      total += more;
      if (ofCaller === 0) ofCallers.delete(caller);
      else ofCallers.set(caller, ofCaller);
      if (bytes === 0) held.delete(request);
      else held.set(request, bytes);
    }
  },
  { name: 'body-budget', fastify: '5.x', dependencies: ['auth', 'problems', 'request-ends'] },
);

function announcedBytes({ headers }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}
