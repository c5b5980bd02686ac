import type { FastifyRequest } from 'fastify';
import { Problem } from '../problems/problem.ts';
import type { PassedAnswer } from './send-on.ts';

/** Whether it may be sent again whatever has become of it. */
export function isRepeatable(request: FastifyRequest): boolean {
  if (isChangeOfAccount(request)) return false;
  const { method, headers, isDryRun, routeOptions } = request;
  const { effects } = routeOptions.config;
  return method !== 'POST' || isDryRun || effects === 'reads' || headers['idempotency-key'] !== undefined;
}

/** Done a second time it is done to what somebody has put there since. */
export function isChangeOfAccount({ method }: FastifyRequest): boolean {
  return method === 'PUT' || method === 'DELETE';
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
