import type { KeyName } from '../journal/key-store.ts';
import type { Job, JobState } from './job.ts';

/** A job that has just come in; `body` is the JSON of its request. */
export type NewJob = Pick<
  Job,
  'id' | 'caller' | 'key' | 'route' | 'fingerprint' | 'address' | 'language' | 'give_up_at' | 'accepted_at'
> & {
  body: string;
};

export interface TakenJob extends Job {
  body: string;
}

/** What all open jobs of one caller may come to. */
export interface OpenBounds {
  jobs: number;
  /** Bytes of their bodies. */
  bytes: number;
}

export interface JobPage {
  jobs: Job[];
  hasMore: boolean;
}

export interface ListOptions {
  status?: JobState | undefined;
  /** The id of the caller's job after which the page begins. */
  after?: string | undefined;
  limit: number;
  /** Characters of results and problems after which the page ends; one job is always in it. */
  maxText: number;
}

export type JobEnd = Pick<Job, 'attempts' | 'result' | 'problem'> & { state: 'succeeded' | 'failed'; ended_at: number };
export type PutOff = Pick<Job, 'attempts' | 'run_at' | 'problem'>;

/**
 * The store of one account’s jobs. A promise rejects when the store cannot be read or did not save the change; a read
 * sees every change whose promise has resolved. The key of a job that is open or has failed never expires (see
 * `KeyStore`).
 */
export interface JobStore {
  /**
   * Adds a job that has to be on disk. `taken`: its caller has another under that key; `full`: too many are open. `gone`:
   * another process has deleted the account.
   */
  add(job: NewJob, bounds: OpenBounds): Promise<'added' | 'taken' | 'full' | 'gone'>;
  find(caller: string, id: string): Promise<Job | undefined>;
  findByKey(name: KeyName): Promise<Job | undefined>;
  /** The newest first; undefined where `after` names no job of the caller. */
  list(caller: string, options: ListOptions): Promise<JobPage | undefined>;
  /** Lets those wait again that were being carried out by one who is no more. */
  resume(): Promise<void>;
  /** Makes jobs that are due run, in the order of their acceptance: so many, with bodies of so many bytes, but one at least. */
  take(now: number, limit: number, maxBytes: number): Promise<TakenJob[]>;
  /**
   * Makes jobs due that would wait for longer than after so many attempts any may: the milliseconds after none, after
   * one …, and after all others.
   */
  hasten(now: number, longestMs: readonly number[]): Promise<void>;
  /** When the next of those that are not due yet is so. */
  nextRunAt(): Promise<number | undefined>;
  /** Waiting jobs whose time has ended. */
  overdue(now: number, limit: number): Promise<Job[]>;
  /** Ends an open job. */
  end(id: string, end: JobEnd): Promise<void>;
  /** Lets a running job wait again. */
  putOff(id: string, until: PutOff): Promise<void>;
  /** Ends a job that waits and has written nothing; false where it is not such a one. */
  cancel(caller: string, id: string, now: number): Promise<boolean>;
  /** Lets a failed job wait again, with no attempts; `refused`: it is none. */
  retry(caller: string, id: string, giveUpAt: number, bounds: OpenBounds): Promise<'queued' | 'refused' | 'full'>;
  /** How many are open and how many have failed, and when the oldest open one was accepted. */
  load(): Promise<JobLoad>;
}

/** When the oldest of the open jobs of one account was accepted. */
export interface OpenJobs {
  account: string;
  oldestAt: number;
}

export interface JobLoad {
  open: number;
  failed: number;
  oldestAt: number | undefined;
}
