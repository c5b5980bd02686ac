import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Operation } from '../amocrm/operation/operation.ts';
import { Patrons } from '../amocrm/operation/patrons.ts';
import type { Clock } from '../clock.ts';
import { serviceMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import { outerRequest } from './asked.ts';
import { flatSeconds } from './flat/flat-param.ts';

export interface OperationLimits {
  /** Milliseconds, waiting included, where the route does not say. */
  deadlineMs: number;
  /** Aborts, with a Problem, when the service shuts down. */
  shutdown: AbortSignal;
  clock: Pick<Clock, 'now' | 'after'>;
}

interface Begun extends Operation {
  controller: AbortController;
  /** Milliseconds that the route allows. */
  allowedMs: number;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's work in the service layer; set once it begins. */
    operation: Begun | undefined;
    /** When it came, by the clock of the service; where another request asks for it, when that came. */
    cameAt: number;
    /**
     * Milliseconds from then on for which the replica that has passed it on waits; infinity where none has, or none
     * says so.
     */
    leftMs: number;
  }
  interface FastifyContextConfig {
    /** Milliseconds in which the route answers; those of a step where it does not say. */
    deadlineMs?: number;
  }
}

export interface OperationsOptions extends Pick<OperationLimits, 'clock'> {
  /** Whether another replica has passed the request on. */
  isPassed(request: FastifyRequest): boolean;
}

/** Knows how long each request may take. Register it before all that waits. */
export const operations = fp(
  async (app: FastifyInstance, { clock, isPassed }: OperationsOptions) => {
    app.decorateRequest('operation');
    app.decorateRequest('cameAt', 0);
    app.decorateRequest('leftMs', Number.POSITIVE_INFINITY);
    app.addHook('onRequest', async (request) => {
      // One that was passed on says itself what is left.
      const asking = isPassed(request) ? undefined : outerRequest();
      request.cameAt = asking?.cameAt ?? clock.now();
      if (asking !== undefined) request.leftMs = asking.leftMs;
    });
  },
  { name: 'operations', fastify: '5.x', dependencies: ['request-ends'] },
);

/** The end of a request's time, waiting included, on whichever replicas it has waited. */
export function deadlineOf(request: FastifyRequest, stepMs: number): number {
  return request.cameAt + Math.min(allowedMs(request, stepMs), request.leftMs);
}

function allowedMs({ isFlat, routeOptions }: FastifyRequest, stepMs: number): number {
  const { deadlineMs = stepMs } = routeOptions.config;
  return isFlat ? Math.min(deadlineMs, flatSeconds * 1000) : deadlineMs;
}

export type BeginOperation = ReturnType<typeof createOperations>;

/**
 * Makes the function that begins a request's work in the service layer. The work is aborted at its deadline, when the
 * caller hangs up (nobody is left to read the answer), and at a shutdown. One timer and one listener serve all that is
 * in progress.
 */
export function createOperations(app: FastifyInstance, { deadlineMs, shutdown, clock }: OperationLimits) {
  const inProgress = new Set<Begun>();
  /** The timer, and the earliest deadline. */
  let watched: { deadline: number; cancel(): void } | undefined;

  shutdown.addEventListener('abort', () => {
    for (const { controller } of inProgress) controller.abort(shutdown.reason);
  });
  app.onRequestEnd(({ operation }, _reply, answered) => {
    if (operation === undefined || !inProgress.delete(operation) || answered) return;
    operation.controller.abort(new Problem('DEADLINE_EXCEEDED', serviceMessages.callerHungUp));
  });

  function abortExpired(): void {
    watched = undefined;
    let next = Number.POSITIVE_INFINITY;
    for (const operation of inProgress) {
      const { deadline, controller, allowedMs } = operation;
      if (deadline > clock.now()) next = Math.min(next, deadline);
      else {
        inProgress.delete(operation);
        controller.abort(new Problem('DEADLINE_EXCEEDED', serviceMessages.notDoneWithin(allowedMs)));
      }
    }
    if (next < Number.POSITIVE_INFINITY) watch(next);
  }

  function watch(deadline: number): void {
    if (watched !== undefined && watched.deadline <= deadline) return;
    watched?.cancel();
    watched = { deadline, cancel: clock.after(Math.max(1, Math.ceil(deadline - clock.now())), abortExpired) };
  }

  return function begin(request: FastifyRequest): Operation {
    const { caller, id, keyLog } = request;
    const controller = new AbortController();
    const deadline = deadlineOf(request, deadlineMs);
    const operation: Begun = {
      caller,
      requestIds: [id],
      deadline,
      patrons: new Patrons({ caller, deadline }),
      signal: controller.signal,
      controller,
      allowedMs: allowedMs(request, deadlineMs),
      hasBegun: false,
      written: keyLog?.written() ?? [],
      ...(keyLog === undefined ? {} : { log: keyLog }),
    };
    request.operation = operation;
    inProgress.add(operation);
    watch(operation.deadline);
    if (shutdown.aborted) controller.abort(shutdown.reason);
    // Its body, or the replica that has it, took all of its time.
    else if (deadline <= clock.now()) abortExpired();
    return operation;
  };
}
