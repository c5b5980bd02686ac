import type { Socket } from 'node:net';
import { Counter, Gauge, Histogram, type Registry } from '@prometheus-io/client';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { describeError, type ErrorCode, errorCodes } from '../problems/catalogue.ts';
import { durationBuckets } from './buckets.ts';

declare module 'fastify' {
  interface FastifyRequest {
    /** What is counted of it at its end. */
    watched: Watched | undefined;
  }
}

export interface RequestCounts {
  /** For an incoming request. */
  begin(request: FastifyRequest): void;
  /** For one that has ended. */
  end(request: FastifyRequest, reply: FastifyReply): void;
  /** Counts input that is not valid HTTP and was answered with a failure. */
  onBroken(socket: Socket, code: ErrorCode): void;
}

export function countRequests(registry: Registry): RequestCounts {
  const registers = [registry];
  const requests = new Counter({
    name: 'amocrm_steps_http_requests_total',
    help: 'Requests that have ended, by route template, method, status and whether they were dry runs. unmatched: no such route; none: the caller hung up before the answer.',
    labelNames: ['route', 'method', 'status', 'dry_run'],
    registers,
  });
  const durations = new Histogram({
    name: 'amocrm_steps_http_request_duration_seconds',
    help: 'Time from the arrival of a request until its answer has gone out.',
    labelNames: ['route', 'method'],
    buckets: durationBuckets,
    registers,
  });
  const inFlight = new Gauge({
    name: 'amocrm_steps_http_requests_in_flight',
    help: 'Requests that are being worked on, the one for these metrics among them.',
    registers,
  });
  const problems = new Counter({
    name: 'amocrm_steps_problems_total',
    help: 'Failures by their code, as callers are told it.',
    labelNames: ['code'],
    registers,
  });
  // A series that starts at 1 shows no increase, so the series that alerts use exist from the start.
  for (const code of errorCodes) problems.inc({ code }, 0);

  const latest = new WeakMap<Socket, Watched>();

  function countProblem(this: FastifyRequest, code: ErrorCode): void {
    const { watched } = this;
    if (watched?.problem === undefined) problems.inc({ code });
    if (watched !== undefined) watched.problem ??= code;
  }

  return {
    begin(request) {
      const watched: Watched = { problem: undefined, status: undefined };
      latest.set(request.raw.socket, watched);
      inFlight.inc();
      request.watched = watched;
      request.onProblem = countProblem;
    },
    end(request, { raw, elapsedTime }) {
      const { watched, isDryRun } = request;
      const { socket } = request.raw;
      const route = request.routeOptions.url ?? unmatched;
      const method = methods.has(request.method) ? request.method : other;
      const status = watched?.status ?? (raw.writableEnded ? raw.statusCode : 'none');
      if (latest.get(socket) === watched) latest.delete(socket);
      inFlight.dec();
      requests.inc({ route, method, status, dry_run: String(isDryRun === true) });
      durations.observe({ route, method }, elapsedTime / 1000);
    },
    onBroken(socket, code) {
      const { status } = describeError(code);
      const watched = latest.get(socket);
      if (watched === undefined) requests.inc({ route: unmatched, method: other, status, dry_run: 'false' });
      else watched.status = status;
      if (watched?.problem === undefined) problems.inc({ code });
      if (watched !== undefined) watched.problem ??= code;
    },
  };
}

/** A body that breaks off is answered by the reader of bodies and reported by Fastify too: it counts as one failure. */
interface Watched {
  problem: ErrorCode | undefined;
  /** The status of an answer that was sent without Fastify. */
  status: number | undefined;
}

const unmatched = 'unmatched';
const other = 'other';
const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);
