import type { FastifyRequest } from 'fastify';
import type { ProblemDocument } from '../problems/document.ts';
import { Problem } from '../problems/problem.ts';
import type { PassedAnswer } from './send-on.ts';

/** Whether it may be sent again whatever has become of it. */
export function isRepeatable(request: FastifyRequest): boolean {
  if (isChangeOfAccount(request)) return false;
  const { method, headers, isDryRun, body, routeOptions } = request;
  const { effects, onlyReads } = routeOptions.config;
  const isReading = method !== 'POST' || isDryRun || effects === 'reads' || onlyReads?.(body) === true;
  return isReading || headers['idempotency-key'] !== undefined;
}

/** Done a second time it is done to what somebody has put there since. */
export function isChangeOfAccount({ method }: FastifyRequest): boolean {
  return method === 'PUT' || method === 'DELETE';
}

/** Whether it is to be sent again, to whoever is the owner by then. */
export function isToRepeat({ status, body }: PassedAnswer, request: FastifyRequest, wasSent: boolean): boolean {
  // It is not the owner, or no more.
  if (status === 421) return true;
  if ((status !== 409 && status !== 503) || body.length === 0) return false;
  const { code, written }: Partial<ProblemDocument> = Object(JSON.parse(String(body)));
  // Its own first sending is still being worked on.
  if (code === 'IDEMPOTENCY_IN_PROGRESS') return wasSent;
  if (code !== 'SHUTTING_DOWN' || isChangeOfAccount(request)) return false;
  return written === undefined || isRepeatable(request);
}

export function isCode(error: unknown, code: string): boolean {
  return error instanceof Problem && error.code === code;
}
