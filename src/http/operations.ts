import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Operation } from '../amocrm/operation/operation.ts';
import { Patrons } from '../amocrm/operation/patrons.ts';
import type { Clock } from '../clock.ts';
import { serviceMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';

export interface OperationLimits {
  /** Milliseconds, waiting included. */
  deadlineMs: number;
  /** Aborts, with a Problem, when the service shuts down. */
  shutdown: AbortSignal;
  clock: Pick<Clock, 'now' | 'after'>;
}

interface Begun extends Operation {
  controller: AbortController;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** The request's work in the service layer; set once it begins. */
    operation: Begun | undefined;
  }
}

export const operations = fp(async (app: FastifyInstance) => void app.decorateRequest('operation'), {
  name: 'operations',
  fastify: '5.x',
  dependencies: ['request-ends'],
});

export type BeginOperation = ReturnType<typeof createOperations>;

/**
 * Makes the function that begins a request's work in the service layer. The work is aborted at its deadline, when the
 * caller hangs up (nobody is left to read the answer), and at a shutdown. One timer and one listener serve all that is
 * in progress.
 */
export function createOperations(app: FastifyInstance, { deadlineMs, shutdown, clock }: OperationLimits) {
  /** In the order in which they began, which is that of their deadlines. */
  const inProgress = new Set<Begun>();
  let isWatching = false;

  shutdown.addEventListener('abort', () => {
    for (const { controller } of inProgress) controller.abort(shutdown.reason);
  });
  app.onRequestEnd(({ operation }, _reply, answered) => {
    if (operation === undefined || !inProgress.delete(operation) || answered) return;
    operation.controller.abort(new Problem('DEADLINE_EXCEEDED', serviceMessages.callerHungUp));
  });

  function abortExpired(): void {
    isWatching = false;
    for (const operation of inProgress) {
      if (operation.deadline > clock.now()) {
        watch(operation.deadline);
        return;
      }
      inProgress.delete(operation);
      operation.controller.abort(new Problem('DEADLINE_EXCEEDED', serviceMessages.notDoneWithin(deadlineMs)));
    }
  }

  function watch(deadline: number): void {
    if (isWatching) return;
    isWatching = true;
    clock.after(Math.max(1, Math.ceil(deadline - clock.now())), abortExpired);
  }

  return function begin(request: FastifyRequest): Operation {
    const { caller, id, keyLog } = request;
    const controller = new AbortController();
    const deadline = clock.now() + deadlineMs;
    const operation: Begun = {
      caller,
      requestIds: [id],
      deadline,
      patrons: new Patrons({ caller, deadline }),
      signal: controller.signal,
      controller,
      hasBegun: false,
      written: keyLog?.written() ?? [],
      ...(keyLog === undefined ? {} : { log: keyLog }),
    };
    request.operation = operation;
    inProgress.add(operation);
    watch(operation.deadline);
    if (shutdown.aborted) controller.abort(shutdown.reason);
    return operation;
  };
}
