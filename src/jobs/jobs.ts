import { randomUUID } from 'node:crypto';
import { sleep } from '../clock.ts';
import type { KeyName } from '../journal/key-store.ts';
import { jobMessages } from '../messages/jobs.ts';
import type { Message } from '../messages/message.ts';
import { serviceMessages } from '../messages/requests.ts';
import { Problem } from '../problems/problem.ts';
import { cut } from '../text/names.ts';
import { isOpen, type Job } from './job.ts';
import type { ListOptions, NewJob, OpenBounds } from './job-store.ts';
import { createWorker, type WorkerOptions } from './worker.ts';

export interface JobsOptions extends Omit<WorkerOptions, 'onEnd' | 'limit'> {
  /** Hours, each of 3,600 of the clock's seconds, until a job is given up. */
  giveUpHours: number;
  /** Items of a batch; four batches are in progress at once. */
  batchSize: number;
  /** The address of the account. */
  address: string;
  onEnd?: WorkerOptions['onEnd'];
}

/** A request that is accepted; without a key the job gets one of its own. */
export type Accepted = Pick<NewJob, 'caller' | 'route' | 'fingerprint' | 'language' | 'body'> & {
  key: string | undefined;
};

/** What the open jobs of one caller may come to: a night at one job every two seconds. */
export const openBounds: OpenBounds = { jobs: 20_000, bytes: 256 * 2 ** 20 };
const batchesAtOnce = 4;
/** Seconds of `Retry-After` where too many are open. */
const fullRetryAfter = 60;

export type Jobs = ReturnType<typeof createJobs>;

/** Requests that are accepted now and carried out later: see `createWorker`. */
export function createJobs({ giveUpHours, batchSize, address, ...options }: JobsOptions) {
  const { store, clock, shutdown, onEnd = () => {} } = options;
  /** Called when the job with that id has ended. */
  const listeners = new Map<string, Set<() => void>>();
  /** Why no more are accepted. */
  let refusal: Problem | undefined;
  const limit = batchesAtOnce * batchSize;
  const worker = createWorker({
    ...options,
    limit,
    onEnd(job, state) {
      onEnd(job, state);
      tell(job.id);
    },
  });

  function tell(id: string): void {
    for (const hear of listeners.get(id) ?? []) hear();
  }

  function giveUpAt(since: number): number {
    return Math.ceil(since + giveUpHours * 3600 * clock.second);
  }

  async function known(caller: string, id: string): Promise<Job> {
    const job = await orOverloaded(store.find(caller, id));
    if (job === undefined) throw new Problem('NOT_FOUND', jobMessages.unknown(cut(id)));
    return job;
  }

  return {
    /** Begins to carry out what is due. */
    start: worker.wake,
    /** Accepts no more: what came now might be that of the next account of the id. */
    giveUp(reason: Problem): void {
      refusal ??= reason;
    },
    /** Resolves when the job is on disk. Throws OVERLOADED, IDEMPOTENCY_IN_PROGRESS, and why the account was given up. */
    async accept({ body, ...request }: Accepted): Promise<Job> {
      // Whatever is added before is deleted with the account.
      if (refusal !== undefined) throw refusal;
      const id = randomUUID();
      const fresh = {
        state: 'queued',
        attempts: 0,
        run_at: null,
        ended_at: null,
        result: null,
        problem: null,
        callback_state: null,
        callback_tries: 0,
        callback_at: null,
        callback_failure: null,
      } as const;
      const accepted_at = Math.floor(clock.wall());
      const times = { accepted_at, give_up_at: giveUpAt(accepted_at) };
      // A caller's key has no space.
      const job = { ...request, ...fresh, ...times, address, id, key: request.key ?? `job ${id}` };
      const added = await orOverloaded(store.add({ ...job, body }, openBounds));
      if (added === 'full') throw tooMany();
      if (added === 'gone') throw new Problem('SHUTTING_DOWN', serviceMessages.accountOpenedAnew);
      if (added === 'taken') throw new Problem('IDEMPOTENCY_IN_PROGRESS', jobMessages.beingAccepted);
      worker.wake();
      return job;
    },
    find: known,
    /** Throws ACCOUNT_CHANGED where what was begun under a key may belong to another account of amoCRM. */
    refuseOther: ({ address }: Pick<Job, 'address'>) => options.refuseOther(address),
    findByKey: (name: KeyName) => orOverloaded(store.findByKey(name)),
    async list(caller: string, options: ListOptions) {
      const page = await orOverloaded(store.list(caller, options));
      if (page === undefined)
        throw new Problem('INVALID_REQUEST', jobMessages.unknownAfter(cut(String(options.after))));
      return page;
    },
    /** Throws JOB_STATE unless it waits and has written nothing. */
    async cancel(caller: string, id: string): Promise<Job> {
      const cancelled = await orOverloaded(store.cancel(caller, id, Math.floor(clock.wall())));
      const job = await known(caller, id);
      if (!cancelled) throw new Problem('JOB_STATE', whyNotCancelled(job));
      tell(id);
      return job;
    },
    /** Throws JOB_STATE unless it has failed. */
    async retry(caller: string, id: string): Promise<Job> {
      const retried = await orOverloaded(store.retry(caller, id, giveUpAt(clock.wall()), openBounds));
      const job = await known(caller, id);
      if (retried === 'full') throw tooMany();
      if (retried === 'refused') throw new Problem('JOB_STATE', jobMessages.notFailed(job.state));
      worker.wake();
      return job;
    },
    /** Waits so many seconds at most, or until the signal, for the job's end; gives it as it then is. */
    async untilEnd(job: Job, seconds: number, signal: AbortSignal): Promise<Job> {
      const ended = new AbortController();
      const hear = () => ended.abort();
      const others = listeners.get(job.id) ?? new Set();
      listeners.set(job.id, others.add(hear));
      try {
        const now = await known(job.caller, job.id);
        if (!isOpen(now)) return now;
        const until = AbortSignal.any([ended.signal, signal, shutdown]);
        await sleep(clock, seconds * clock.second, until).catch(() => undefined); // It has ended, or nobody waits.
        return await known(job.caller, job.id);
      } finally {
        others.delete(hear);
        if (others.size === 0) listeners.delete(job.id);
      }
    },
  };
}

function orOverloaded<T>(stored: Promise<T>): Promise<T> {
  return stored.catch((cause: unknown) => {
    throw new Problem('OVERLOADED', jobMessages.storeUnusable, { cause });
  });
}

function tooMany(): Problem {
  const detail = jobMessages.tooMany(openBounds.jobs, openBounds.bytes);
  return new Problem('OVERLOADED', detail, { retryAfter: fullRetryAfter });
}

function whyNotCancelled({ state }: Job): Message {
  return state === 'queued' ? jobMessages.hasBegun : jobMessages.notWaiting(state);
}
