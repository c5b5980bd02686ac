import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Operation, startOperation } from '../amocrm/operation/operation.ts';
import type { Clock } from '../clock.ts';
import { Problem } from '../problems/problem.ts';
import { onRequestEnd } from './request-end.ts';

export interface OperationLimits {
  /** Milliseconds, waiting included. */
  deadlineMs: number;
  /** Aborts, with a Problem, when the service shuts down. */
  shutdown: AbortSignal;
  clock: Pick<Clock, 'now'>;
}

/** Runs a request's work in the service layer, until its deadline, a hang-up or a shutdown aborts it. */
export async function withOperation<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  { deadlineMs, shutdown, clock }: OperationLimits,
  work: (operation: Operation) => Promise<T>,
): Promise<T> {
  const { caller, keyLog } = request;
  const operation = startOperation(caller, deadlineMs, [shutdown, hangUp(reply)], [request.id], clock.now);
  request.written = operation.written;
  if (keyLog !== undefined) {
    operation.log = keyLog;
    operation.written.push(...keyLog.written());
  }
  try {
    return await work(operation);
  } finally {
    operation.end();
  }
}

/** Aborts when the caller closes the connection: nobody is left to read the answer. */
function hangUp({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  onRequestEnd(raw, (answered) => {
    if (!answered) controller.abort(new Problem('DEADLINE_EXCEEDED', 'The caller hung up'));
  });
  return controller.signal;
}
