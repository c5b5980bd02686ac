import type { FastifyInstance, FastifyReply, FastifyRequest, RouteOptions } from 'fastify';
import fp from 'fastify-plugin';
import type { AmoService } from '../amocrm/amo.ts';
import type { Deliver } from '../jobs/attempt.ts';
import { isOpen, type Job } from '../jobs/job.ts';
import { textOfJob } from '../jobs/job-document.ts';
import { problemIn } from '../jobs/kept-problem.ts';
import type { Admission } from '../journal/journal.ts';
import { accessMessages } from '../messages/access.ts';
import { jobMessages } from '../messages/jobs.ts';
import { requestMessages } from '../messages/requests.ts';
import type { ProblemDocument } from '../problems/document.ts';
import { Problem } from '../problems/problem.ts';
import { keptText } from '../problems/written-keys.ts';
import { accountOf } from './account.ts';
import { admitKey, fingerprintOfRequest, idempotencyKeyOf, sendAnswer, turnAway } from './idempotency.ts';
import { languageOf, speak } from './language.ts';
import { type Preference, readPreference } from './prefer.ts';
import { defaultRetryAfter, problemType } from './problem-replies.ts';
import { documentLater } from './reference/job-responses.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /**
     * Carries the route's requests out in an account for a caller who does not wait; without it none are accepted for
     * later.
     */
    deliver?: (amo: AmoService) => Deliver;
  }
  interface FastifyRequest {
    /** What becomes a job; set where the caller prefers not to wait. */
    later: { body: string; wait: number } | undefined;
  }
}

/** A route whose requests may become jobs of any account. */
export interface LaterRoute {
  /** The Russian name of the step that the route carries out. */
  label: string | undefined;
  deliver(amo: AmoService): Deliver;
}

export interface RespondLaterOptions {
  /** Filled with the routes whose requests may become jobs. */
  routes: Map<string, LaterRoute>;
  /** Called with what becomes of a request whose key belongs to a job. */
  onAdmission(kind: Admission['kind']): void;
}

const acceptedRetryAfter = 1;

/**
 * Accepts requests with `Prefer: respond-async` as jobs, once they have been judged, and keeps the keys of jobs from other
 * requests. Register it after idempotency, whose handling of keys comes second, and before the routes.
 */
export const respondLater = fp(
  async (app: FastifyInstance, options: RespondLaterOptions) => {
    app.decorateRequest('later');
    app.addHook('onRoute', (route: RouteOptions) => {
      if (route.method !== 'POST' || route.config?.inAccount !== true) return;
      const { handler, preValidation = [], config: { label, deliver } = {} } = route;
      const own = (request: FastifyRequest, reply: FastifyReply) =>
        readLater(options, request, reply, deliver !== undefined);
      route.preValidation = [own, ...[preValidation].flat()];
      if (deliver === undefined) return;
      options.routes.set(route.url, { label, deliver });
      documentLater(route);
      route.handler = async function (request, reply) {
        const { later, admission } = request;
        const { jobs, recallPast } = accountOf(request);
        // It goes on where an earlier attempt has stopped.
        if (admission !== undefined) await jobs.refuseOther(admission.log);
        if (later !== undefined) return accept({ ...later, request, reply });
        await recallPast();
        return handler.call(this, request, reply);
      };
    });
  },
  { name: 'respond-later', fastify: '5.x', dependencies: ['idempotency', 'problems'] },
);

async function readLater(
  options: RespondLaterOptions,
  request: FastifyRequest,
  reply: FastifyReply,
  isDeliverable: boolean,
): Promise<void> {
  const { headers, isDryRun } = request;
  const preference = isDeliverable ? readPreference(headers.prefer) : { respondAsync: false, wait: 0 };
  const { respondAsync, wait } = preference;
  if (respondAsync && isDryRun) throw new Problem('INVALID_REQUEST', requestMessages.dryRunLater);
  const key = idempotencyKeyOf(request);
  if (key !== undefined) await answerByJob(options, { ...preference, key, request, reply });
  // Before templates and validation change the body.
  const { body } = request;
  if (respondAsync && !reply.sent) request.later = { body: keptText(body) ?? JSON.stringify(body), wait };
}

interface Keyed extends Preference {
  key: string;
  request: FastifyRequest;
  reply: FastifyReply;
}

/** Answers a request whose key belongs to a job, unless what is left is to be carried out now. */
async function answerByJob(
  options: RespondLaterOptions,
  { key, respondAsync, wait, request, reply }: Keyed,
): Promise<unknown> {
  const { onAdmission } = options;
  const { jobs } = accountOf(request);
  const job = await jobs.findByKey({ caller: request.caller, key });
  if (job === undefined) return undefined;
  if (job.fingerprint !== fingerprintOfRequest(request)) {
    onAdmission('reused');
    throw new Problem('IDEMPOTENCY_KEY_REUSED', accessMessages.keyReused);
  }
  if (respondAsync) {
    // A caller who waits may have used the key of a job that failed or was cancelled.
    const admission = isOpen(job) || job.state === 'succeeded' ? undefined : await admitKey(request, key);
    if (admission !== undefined && admission.kind !== 'free') return turnAway(options, admission, reply);
    admission?.release();
    onAdmission('done');
    return answer({ job, wait, isRepeated: true, request, reply });
  }
  if (isOpen(job)) {
    onAdmission('in-work');
    reply.header('location', addressOf(job));
    throw new Problem('IDEMPOTENCY_IN_PROGRESS', jobMessages.acceptedForLater, { retryAfter: acceptedRetryAfter });
  }
  if (job.state === 'succeeded' && job.result !== null) {
    onAdmission('done');
    return sendAnswer(reply.header('idempotency-replayed', 'true'), job.result);
  }
  // It goes on where the job has stopped.
  await jobs.refuseOther(job);
  return undefined;
}

interface Acceptance {
  body: string;
  wait: number;
  request: FastifyRequest;
  reply: FastifyReply;
}

async function accept({ body, wait, request, reply }: Acceptance): Promise<FastifyReply> {
  const { caller, admission, routeOptions } = request;
  const job = await accountOf(request).jobs.accept({
    caller,
    key: idempotencyKeyOf(request),
    route: routeOptions.url ?? '',
    fingerprint: fingerprintOfRequest(request),
    language: languageOf(request),
    body,
  });
  // The job needs the key, and this request must not release it a second time.
  admission?.release();
  request.admission = undefined;
  return answer({ job, wait, isRepeated: false, request, reply });
}

interface Awaited extends Omit<Acceptance, 'body'> {
  job: Job;
  /** Whether an earlier request made the job. */
  isRepeated: boolean;
}

/**
 * As the route answers where the job ends in time, else 202 with the job; so too where it has failed before: no failure
 * is replayed.
 */
async function answer({ job, wait, isRepeated, request, reply }: Awaited): Promise<FastifyReply> {
  const { jobs, id: account } = accountOf(request);
  const seen = wait === 0 ? job : await jobs.untilEnd(job, wait, hangUp(reply));
  const hasFailed = seen.state === 'failed';
  if (wait > 0 && isOpen(job) && hasFailed && seen.problem !== null) return sendFailure(seen.problem, request, reply);
  if (isRepeated && !hasFailed) reply.header('idempotency-replayed', 'true');
  if (wait > 0 && seen.state === 'succeeded' && seen.result !== null) return sendAnswer(reply, seen.result);
  reply.header('location', addressOf(seen)).header('preference-applied', 'respond-async');
  return sendAnswer(
    reply.code(202).header('retry-after', acceptedRetryAfter),
    textOfJob(seen, account, speak(request, reply)),
  );
}

function sendFailure(kept: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const problem = problemIn(speak(request, reply), kept);
  const { status, code }: ProblemDocument = JSON.parse(problem);
  request.onProblem?.(code);
  if (status === 503) reply.header('retry-after', defaultRetryAfter);
  return reply.code(status).type(problemType).send(problem);
}

/** Aborts when the caller hangs up. */
export function hangUp({ raw }: FastifyReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => gone.abort());
  return gone.signal;
}

function addressOf({ id }: Job): string {
  return `/jobs/${id}`;
}
