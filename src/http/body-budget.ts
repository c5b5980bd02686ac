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
  /** Bytes of all bodies in progress; a caller may have half of what others leave. */
  maxBytes: number;
  /** Bytes of one body. */
  largestBody: number;
}

/** The weight of a request's body, and who has it. */
interface Hold {
  owner: string;
  bytes: number;
}

/** Seconds of `Retry-After`: each answer frees memory. */
const retryAfter = 1;
/** Memory of a parsed value beside its text, in bytes: measured on 49,000 keys with an empty object each. */
const bytesPerValue = 100;

/**
 * Refuses requests before their bodies would fill the memory. A body counts from its announcement (Content-Length)
 * until its answer has been sent; a chunked one counts as the largest until it has been received. Before it is parsed
 * its weight becomes an estimate of its memory, at most half of the budget. A caller in one account may have half of what
 * all others leave, so that something is left for the next, however much those before hold. Register it after auth and
 * accounts.
 */
export const bodyBudget = fp(
  async (app: FastifyInstance, { maxBytes, largestBody }: BodyBudgetOptions) => {
    const held = new Map<FastifyRequest, Hold>();
    const ofOwners = new Map<string, number>();
    let total = 0;

    app.addHook('onRequest', async (request) => {
      const bytes = Math.min(announcedBytes(request), largestBody);
      if (bytes === 0) return;
      const owner = ownerOf(request);
      const own = ofOwners.get(owner) ?? 0;
      if (own + bytes > (maxBytes - (total - own)) / 2) throw tooManyBodies();
      set(request, { owner, bytes: 0 }, bytes);
    });
    app.onRequestEnd((request) => {
      const before = held.get(request);
      if (before !== undefined) set(request, before, 0);
    });
    app.decorate('weighBody', (request, { bytes, values }) => {
      const before = held.get(request);
      // A body without an announced length is never released.
      if (before === undefined) return;
      const weight = Math.min(bytes + values * bytesPerValue, maxBytes / 2);
      const more = weight - before.bytes;
      const own = ofOwners.get(before.owner) ?? 0;
      // Not by what others leave: what came in since must not turn away one that had its place.
      if (more > 0 && (own + more > maxBytes / 2 || more > (maxBytes - total) / 2)) throw tooManyBodies();
      set(request, before, weight);
    });

    function set(request: FastifyRequest, before: Hold, bytes: number): void {
      const { owner } = before;
      const more = bytes - before.bytes;
      const own = (ofOwners.get(owner) ?? 0) + more;
      total += more;
      if (own === 0) ofOwners.delete(owner);
      else ofOwners.set(owner, own);
      if (bytes === 0) held.delete(request);
      else held.set(request, { owner, bytes });
    }
  },
  { name: 'body-budget', fastify: '5.x', dependencies: ['accounts', 'problems', 'request-ends'] },
);

/** A caller in the account that the request is for, so that one that is slow there holds up nobody in another. */
function ownerOf({ caller, use }: FastifyRequest): string {
  return `${use === undefined ? '' : use.account.id} ${caller}`;
}

function tooManyBodies(): Problem {
  return new Problem('OVERLOADED', serviceMessages.tooManyBodies, { retryAfter });
}

function announcedBytes({ headers }: FastifyRequest): number {
  if (headers['transfer-encoding'] !== undefined) return Number.POSITIVE_INFINITY;
  return Number(headers['content-length'] ?? 0);
}
