import type { FastifyInstance, FastifyRequest } from 'fastify';
import fp from 'fastify-plugin';
import type { Operation } from '../amocrm/operation/operation.ts';
import type { Clock } from '../clock.ts';
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

/** Aborts the work of requests whose callers hang up: nobody is left to read the answer. */
export const operations = fp(
  async (app: FastifyInstance) => {
    app.decorateRequest('operation');
    app.onRequestEnd(({ operation }, _reply, answered) => {
      if (!answered) operation?.controller.abort(new Problem('DEADLINE_EXCEEDED', 'The caller hung up'));
    });
  },
  { name: 'operations', fastify: '5.x', dependencies: ['request-ends'] },
);

export type RunOperation = ReturnType<typeof createOperations>;

/**
 * Makes the function that runs a request's work in the service layer, until its deadline, a hang-up or a shutdown aborts
 * it. One timer and one listener serve all that is in progress.
 */
export function createOperations({ deadlineMs, shutdown, clock }: OperationLimits) {
  /** In the order in which they began, which is that of their deadlines. */
  const begun = new Set<Begun>();
  let isWatching = false;

  shutdown.addEventListener('abort', () => {
    for (const { controller } of begun) controller.abort(shutdown.reason);
  });

  function abortExpired(): void {
    isWatching = false;
    for (const operation of begun) {
      if (operation.deadline > clock.now()) {
        watch(operation.deadline);
        return;
      }
      begun.delete(operation);
      operation.controller.abort(new Problem('DEADLINE_EXCEEDED', `Not done within ${deadlineMs} ms`));
    }
  }

  function watch(deadline: number): void {
    if (isWatching) return;
    isWatching = true;
    clock.after(Math.max(1, Math.ceil(deadline - clock.now())), abortExpired);
  }

  function begin({ caller, id, keyLog }: FastifyRequest): Begun {
    const controller = new AbortController();
    const operation: Begun = {
      caller,
      requestIds: [id],
      deadline: clock.now() + deadlineMs,
      signal: controller.signal,
      controller,
      hasBegun: false,
      written: keyLog?.written() ?? [],
      ...(keyLog === undefined ? {} : { log: keyLog }),
    };
    if (shutdown.aborted) controller.abort(shutdown.reason);
    begun.add(operation);
    watch(operation.deadline);
    return operation;
  }

  return async function run<T>(request: FastifyRequest, work: (operation: Operation) => Promise<T>): Promise<T> {
    const operation = begin(request);
    request.operation = operation;
    try {
      return await work(operation);
    } finally {
      begun.delete(operation);
    }
  };
}
