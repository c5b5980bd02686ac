import { setImmediate } from 'node:timers/promises';
import { type Operation, startOperation } from '../amocrm/operation/operation.ts';
import type { Clock } from '../clock.ts';
import { carryOut } from '../journal/carry-out.ts';
import type { Admission, Journal } from '../journal/journal.ts';
import type { KeyLog } from '../journal/key-log.ts';
import { jobMessages } from '../messages/jobs.ts';
import type { Language } from '../messages/message.ts';
import { serviceMessages } from '../messages/requests.ts';
import { makeDocument } from '../problems/make-document.ts';
import { asProblem, Problem } from '../problems/problem.ts';
import { keepText } from '../problems/written-keys.ts';
import { parseJson } from '../text/parse-json.ts';
import type { Job } from './job.ts';
import type { TakenJob } from './job-store.ts';
import { keepProblem } from './kept-problem.ts';
import type { AttemptFailure } from './retry.ts';

/** Carries out a request's body, which has been accepted before, and gives the body of the answer, in that language. */
export type Deliver = (body: unknown, operation: Operation, log: KeyLog, language: Language) => Promise<unknown>;

export interface JobRoute {
  /** The Russian name of the step that the route carries out. */
  label: string | undefined;
  deliver: Deliver;
}

export type AttemptEnd = { answer: string } | AttemptFailure;

export interface AttemptOptions {
  journal: Pick<Journal, 'admit'>;
  /** What carries the requests of a route out; undefined where there is no such route any more. */
  routeOf(route: string): JobRoute | undefined;
  /** Throws ACCOUNT_CHANGED where what was begun at that address may belong to another account of amoCRM. */
  refuseOther(address: Job['address']): Promise<void>;
  clock: Pick<Clock, 'now' | 'after' | 'second'>;
  shutdown: AbortSignal;
}

/** The participant of the fair queue that all jobs are: no caller can have this name. */
const participant = ':jobs';
/** Seconds for one attempt, waiting included: far more than as many jobs as are carried out at once need. */
const attemptSeconds = 600;
const busySeconds = 1;
/** Characters of a body that others get their turn before. */
const largeFrom = 65_536;

/** Carries a job out once, as its route does for a caller who waits. */
export async function attempt(job: TakenJob, options: AttemptOptions): Promise<AttemptEnd> {
  if (job.body.length > largeFrom) await setImmediate();
  const body = parseJson(job.body);
  keepText(body, job.body);
  const { clock, shutdown, routeOf, refuseOther } = options;
  const route = routeOf(job.route);
  const operation = startOperation(participant, attemptSeconds * clock.second, [shutdown], [job.id], clock);
  try {
    if (route === undefined) throw new Problem('NOT_FOUND', jobMessages.routeGone);
    const admission = await admit(job, options);
    if ('response' in admission) return { answer: admission.response };
    if (job.body.length > largeFrom) await setImmediate();
    const { log } = admission;
    operation.written = log.written();
    operation.log = log;
    const deliver = async () => {
      // The shutdown may have begun since it was taken.
      operation.signal.throwIfAborted();
      await refuseOther(log.address ?? job.address);
      return route.deliver(body, operation, log, job.language);
    };
    return { answer: await carryOut(admission, deliver) };
  } catch (error) {
    const problem = asProblem(error);
    const { written } = operation;
    const failed = { id: job.id, label: route?.label, body, written, keyed: true };
    return { problem, document: makeDocument(problem, failed), kept: keepProblem(problem, failed) };
  } finally {
    operation.end();
  }
}

async function admit({ caller, key, fingerprint }: TakenJob, { journal }: AttemptOptions) {
  const admission: Admission = await journal.admit({ caller, key }, fingerprint).catch((cause: unknown) => {
    throw new Problem('OVERLOADED', serviceMessages.journalUnreadable, { cause });
  });
  if (admission.kind === 'free' || admission.kind === 'done') return admission;
  // A caller may have sent the same request before it became a job, or again after it had failed.
  if (admission.kind === 'in-work')
    throw new Problem('OVERLOADED', jobMessages.callerWaits, { retryAfter: busySeconds });
  throw new Problem('IDEMPOTENCY_KEY_REUSED', jobMessages.keyTaken);
}
