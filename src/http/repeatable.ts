import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.ts';
import type { PassedAnswer } from './send-on.ts';

/** Whether it may be sent again whatever has become of it: of all methods POST alone does more when done twice. */
export function isRepeatable({ method, headers, isDryRun, routeOptions: { config } }: FastifyRequest): boolean {
  return method !== 'POST' || isDryRun || config.effects === 'reads' || headers['idempotency-key'] !== undefined;
}

export function isToRepeat({ status, body }: PassedAnswer, wasSent: boolean): boolean {
  // It is not the owner, or no more.
  if (status === 421) return true;
  // Its own first sending is still being worked on.
  return status === 409 && wasSent && body.includes('"IDEMPOTENCY_IN_PROGRESS"');
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Problem && error.code === code;
}
