import type { FastifyReply, FastifyRequest } from 'fastify';
import { type Call, startCall } from '../amocrm/operation/operation.ts';
import { Problem } from '../problems/problem.ts';

export interface CallLimits {
  /** Milliseconds, waiting included. */
  deadlineMs: number;
  /** Aborts, with a Problem, when the service goes down. */
  shutdown: AbortSignal;
}

/** Does a request's work in the service layer, until its deadline, a hang-up or a shutdown ends it. */
export async function withCall<T>(
  request: FastifyRequest,
  reply: FastifyReply,
  { deadlineMs, shutdown }: CallLimits,
  work: (call: Call) => Promise<T>,
): Promise<T> {
  const { caller, keyLog } = request;
  const call = startCall(caller, deadlineMs, [shutdown, hangUp(reply)], [request.id]);
  request.written = call.written;
  if (keyLog !== undefined) {
    call.log = keyLog;
    call.written.push(...keyLog.written());
  }
  try {
    return await work(call);
  } finally {
    call.end();
  }
}

/** Aborts when the caller closes the connection: nobody is left to read the answer. */
function hangUp({ raw }: FastifyReply): AbortSignal {
  const controller = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) controller.abort(new Problem('DEADLINE_EXCEEDED', 'The caller hung up'));
  });
  return controller.signal;
}
