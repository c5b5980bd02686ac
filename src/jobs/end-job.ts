import type { Clock } from '../clock.ts';
import { jobMessages } from '../messages/jobs.ts';
import { Problem } from '../problems/problem.ts';
import type { Job } from './job.ts';
import type { JobEnd, JobStore } from './job-store.ts';
import { keepProblem } from './kept-problem.ts';

export interface EndOptions {
  store: Pick<JobStore, 'overdue' | 'end'>;
  clock: Pick<Clock, 'wall'>;
  shutdown: AbortSignal;
  /** Called when a job has ended. */
  onEnd(job: Job, state: JobEnd['state']): void;
}

export interface End extends Partial<Pick<JobEnd, 'result' | 'problem'>> {
  state: JobEnd['state'];
  attempts: number;
}

const overdueAtOnce = 100;

export async function endJob(
  job: Job,
  { state, attempts, result = null, problem = null }: End,
  { store, clock, onEnd }: EndOptions,
): Promise<void> {
  await store.end(job.id, { state, attempts, result, problem, ended_at: Math.floor(clock.wall()) });
  onEnd({ ...job, attempts }, state);
}

/** Gives waiting jobs up whose time has ended; whether there may be more of them. */
export async function endOverdue(options: EndOptions): Promise<boolean> {
  const late = await options.store.overdue(options.clock.wall(), overdueAtOnce);
  if (options.shutdown.aborted) return false;
  // At once, so that they share a commit.
  await Promise.all(
    late.map((job) => {
      const problem = new Problem('DEADLINE_EXCEEDED', jobMessages.notDelivered);
      const kept = job.problem ?? keepProblem(problem, { id: job.id, keyed: true });
      return endJob(job, { state: 'failed', attempts: job.attempts, problem: kept }, options);
    }),
  );
  return late.length === overdueAtOnce;
}
