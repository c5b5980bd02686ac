import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { Problem } from '../problems/problem.ts';
import { onRequestEnd } from './request-end.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Bytes of the body that has been received; undefined before. */
    bodyBytes: number | undefined;
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

/**
 * Refuses requests before their bodies would fill the memory. A body counts from its announcement (Content-Length)
 * until its answer has been sent; a chunked one counts as the largest until it has been received. Register it after
 * auth.
 */
export const bodyBudget = fp(
  async (app: FastifyInstance, { maxBytes, largestBody }: BodyBudgetOptions) => {
    const held = new Map<FastifyRequest, number>();
    const ofCallers = new Map<string, number>();
    let total = 0;

    app.decorateRequest('bodyBytes');
    app.addHook('onRequest', async (request, reply) => {
      const bytes = Math.min(announcedBytes(request), largestBody);
      if (bytes === 0) return;
      const ofCaller = ofCallers.get(request.caller) ?? 0;
      if (total + bytes > maxBytes || ofCaller + bytes > maxBytes / 2) {
        throw new Problem('OVERLOADED', 'Too many bodies are in work', { retryAfter });
      }
      hold(request, bytes);
      onRequestEnd(reply.raw, () => hold(request, 0));
    });
    app.addHook('preValidation', async (request) => {
      if (request.bodyBytes !== undefined && held.has(request)) hold(request, request.bodyBytes);
    });

    function hold(request: FastifyRequest, bytes: number): void {
      const { caller } = request;
      const change = bytes - (held.get(request) ?? 0);
      const ofCaller = (ofCallers.get(caller) ?? 0) + change;
      total += change;
      if (ofCaller === 0) ofCallers.delete(caller);
      else ofCallers.set(caller, ofCaller);
      if (bytes === 0) held.delete(request);
      else held.set(request, bytes);
    }
  },
  { name: 'body-budget', fastify: '5.x', dependencies: ['auth', 'problems'] },
);

function announcedBytes({ headers }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}
