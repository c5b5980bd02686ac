import type { Clock } from '../clock.ts';
import type { ProblemDocument } from '../problems/document.ts';
import type { Problem } from '../problems/problem.ts';
import type { Job } from './job.ts';

/** Seconds from a failed attempt to the next; after these the last one, more or less. */
const firstDelays = [5, 15, 60, 300];
const laterDelay = 900;
const spread = 0.2;
const busySeconds = 1;
/** Seconds that a failure asks for, mostly; who asks for more is asked again. */
const longestAskedSeconds = 60;
/** Seconds before the end of a job's time at which it is tried once more: as many as thousands at once need. */
const lastSeconds = 60;

export interface AttemptFailure {
  problem: Problem;
  document: ProblemDocument;
  /** See `keepProblem`. */
  kept: string;
}

/** What becomes of a job after a failed attempt: it fails; or it waits, after `busy` with a rest for all. */
export interface Verdict {
  next: 'fail' | 'wait' | 'busy';
  attempts: number;
  run_at: number | null;
}

/**
 * What amoCRM or this service may mend is tried again until the job's time has ended. What could not be tried for lack of
 * room, or while amoCRM takes nothing, counts as no attempt.
 */
export function judgeFailure(
  { attempts, give_up_at }: Job,
  { problem, document }: Pick<AttemptFailure, 'problem' | 'document'>,
  { clock, isHeldUp }: { clock: Clock; isHeldUp: boolean },
): Verdict {
  if (document.status === 503 && isHeldUp) return { next: 'wait', attempts, run_at: null };
  const askedSeconds = problem.retryAfter ?? 0;
  const inMs = (ms: number) => Math.ceil(clock.wall() + Math.max(ms, askedSeconds * clock.second));
  if (document.code === 'OVERLOADED') return { next: 'busy', attempts, run_at: inMs(busySeconds * clock.second) };
  const failed = { attempts: attempts + 1, run_at: inMs(retryDelayMs(attempts + 1, clock)) };
  const lastAt = Math.floor(give_up_at - lastSeconds * clock.second);
  if (!mayPass(document, problem)) return { ...failed, next: 'fail' };
  if (failed.run_at > lastAt && inMs(0) < lastAt) return { ...failed, next: 'wait', run_at: lastAt };
  return { ...failed, next: failed.run_at < give_up_at ? 'wait' : 'fail' };
}

/** Milliseconds from the end of the attempt of this number, from 1 on, to the next. */
export function retryDelayMs(attempts: number, { random, second }: Pick<Clock, 'random' | 'second'>): number {
  const delay = firstDelays[attempts - 1] ?? laterDelay * (1 - spread + 2 * spread * random());
  return delay * second;
}

/** The most milliseconds from the end of the attempt of each number, from 0 on, to the next; after these the last one. */
export function longestDelaysMs({ second }: Pick<Clock, 'second'>): number[] {
  const delays = [busySeconds, ...firstDelays, laterDelay * (1 + spread)];
  return delays.map((seconds) => Math.ceil(Math.max(seconds, longestAskedSeconds) * second));
}

/** Whether a later attempt may succeed: amoCRM or this service has failed, not the request. */
function mayPass({ status, code }: ProblemDocument, { isFinal }: Problem): boolean {
  return status >= 500 && code !== 'AMOCRM_FORBIDDEN' && !isFinal;
}
