import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import { requestMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import { dryRunParam } from '../steps/dry-run-param.ts';
import { cut } from '../text/names.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** Whether it asks what would be written, and must write nothing. */
    readonly isDryRun: boolean;
  }
}

/**
 * Tells dry runs apart, on routes whose `config.query` has the parameter. Register it before what depends on a
 * request's effects, and `checkDryRun` after auth.
 */
export const dryRuns = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('isDryRun', {
      getter(this: FastifyRequest) {
        return takesDryRun(this) && Object(this.query)[dryRunParam] === 'true';
      },
    });
  },
  { name: 'dry-run', fastify: '5.x' },
);

/** Refuses values other than true and false, and a dry run with an Idempotency-Key. */
export async function checkDryRun(request: FastifyRequest): Promise<void> {
  if (!takesDryRun(request)) return;
  const value: unknown = Object(request.query)[dryRunParam];
  if (value === undefined || value === 'false') return;
  if (value !== 'true') {
    throw new Problem('INVALID_REQUEST', requestMessages.dryRunValue(dryRunParam, cut(String(value))));
  }
  if (request.headers['idempotency-key'] !== undefined) {
    throw new Problem('INVALID_REQUEST', requestMessages.dryRunWithKey);
  }
}

function takesDryRun({ method, is404, routeOptions: { config } }: FastifyRequest): boolean {
  return method === 'POST' && !is404 && config.query?.includes(dryRunParam) === true;
}
