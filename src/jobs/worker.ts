import type { Clock } from '../clock.ts';
import { type AttemptEnd, type AttemptOptions, attempt } from './attempt.ts';
import { type EndOptions, endJob, endOverdue } from './end-job.ts';
import type { Job } from './job.ts';
import type { JobStore, TakenJob } from './job-store.ts';
import { createLookout } from './lookout.ts';
import { type AttemptFailure, judgeFailure, longestDelaysMs } from './retry.ts';
import { createSetBack } from './set-back.ts';
import { untilSaved } from './until-saved.ts';

export interface WorkerOptions extends AttemptOptions, Pick<EndOptions, 'onEnd'> {
  store: JobStore;
  clock: Clock;
  /** Jobs in progress at once at most. */
  limit: number;
  /** Whether amoCRM takes nothing now: the breaker is open, or a pause after a 429 lasts. */
  isHeldUp(): boolean;
  /** Lets the shutdown wait for an attempt. */
  waitFor(work: Promise<void>): void;
  /** Called after an attempt that has failed. */
  onFailure(job: Job, failure: Pick<AttemptFailure, 'problem' | 'document'>): void;
  /** Called when the store fails; it is asked again. */
  onError(error: unknown): void;
}

/** Bytes of the bodies of jobs in progress; one larger than that runs alone. */
const maxBytes = 16 * 2 ** 20;
/** Seconds between looks at the store without a reason; and while amoCRM takes nothing. */
const idleSeconds = 60;
const heldUpSeconds = 1;

/**
 * Carries out due jobs in the order of their acceptance. They share what a caller is entitled to, so that those who wait
 * keep their turn.
 */
export function createWorker(options: WorkerOptions) {
  const { store, clock, limit, isHeldUp, shutdown, onFailure, onError } = options;
  let running = 0;
  let bytes = 0;
  let isResumed = false;
  /** Nothing is begun before; monotonic milliseconds. */
  let restUntil = Number.NEGATIVE_INFINITY;
  const whenSetBack = createSetBack(clock);

  /** Looks for due jobs, at once or when the look in progress has ended. */
  const wake = createLookout(begin, options);

  /** Begins what is due; gives the milliseconds until the next look. */
  async function begin(): Promise<number> {
    if (!isResumed) await store.resume();
    isResumed = true;
    if (await endOverdue(options)) wake();
    await whenSetBack(() => store.hasten(clock.wall(), longestDelaysMs(clock)));
    // What is taken now would run for good where the account is opened anew meanwhile.
    if (shutdown.aborted) return Number.POSITIVE_INFINITY;
    if (isHeldUp()) return heldUpSeconds * clock.second;
    const restMs = restUntil - clock.now();
    if (restMs > 0) return restMs;
    const room = limit - running;
    // The end of one wakes it.
    if (room <= 0 || bytes >= maxBytes) return idleSeconds * clock.second;
    for (const job of await store.take(clock.wall(), room, maxBytes - bytes)) {
      // Those that are not begun any more wait again after the next start.
      if (shutdown.aborted) break;
      options.waitFor(carryOut(job));
    }
    const nextMs = ((await store.nextRunAt()) ?? Number.POSITIVE_INFINITY) - clock.wall();
    return Math.max(1, Math.min(nextMs, idleSeconds * clock.second));
  }

  async function carryOut(job: TakenJob): Promise<void> {
    running += 1;
    bytes += job.body.length;
    try {
      const ended = await attempt(job, options);
      // After a failure by the shutdown it waits again from the next start on, by what is on disk.
      if ('answer' in ended || !shutdown.aborted) await untilSaved(settle(job, ended), options);
    } catch (error) {
      onError(error);
    }
    running -= 1;
    bytes -= job.body.length;
    wake();
  }

  /** What to save of an attempt. */
  function settle(job: TakenJob, ended: AttemptEnd): () => Promise<void> {
    if ('answer' in ended) {
      return () => endJob(job, { state: 'succeeded', attempts: job.attempts + 1, result: ended.answer }, options);
    }
    onFailure(job, ended);
    const { kept: problem } = ended;
    const { next, attempts, run_at } = judgeFailure(job, ended, { clock, isHeldUp: isHeldUp() });
    if (next === 'fail') return () => endJob(job, { state: 'failed', attempts, problem }, options);
    if (next === 'busy') restUntil = clock.now() + heldUpSeconds * clock.second;
    return () => store.putOff(job.id, { attempts, run_at, problem });
  }

  return { wake };
}
