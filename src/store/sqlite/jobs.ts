import type { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import { readJob } from '../../jobs/job.ts';
import type { JobLoad, JobStore, NewJob, OpenBounds, OpenJobs, TakenJob } from '../../jobs/job-store.ts';
import { checkOf } from '../../schemas/check.ts';
import type { GroupCommit } from './group-commit.ts';
import { prepareJobLoad, prepareJobs, prepareOpenJobs } from './job-statements.ts';

/** Jobs that become due in one commit. */
const dueAtOnce = 1000;

const sizeRow = checkOf(Type.Object({ place: Type.Integer(), size: Type.Integer() }));
const bodyRow = checkOf(Type.Object({ body: Type.String() }));
const placeRow = checkOf(Type.Object({ place: Type.Integer() }));
const openRow = checkOf(Type.Object({ jobs: Type.Integer(), bytes: Type.Number() }));
const momentRow = checkOf(Type.Object({ at: Type.Union([Type.Number(), Type.Null()]) }));

/** The table of jobs: that part of it that belongs to one account, and the load of all. */
export function createJobTable(database: DatabaseSync, group: GroupCommit) {
  const statements = prepareJobs(database);
  const load = prepareJobLoad(database);
  const openJobs = prepareOpenJobs(database);
  return {
    of: (account: string): JobStore => createJobStore(account, { ...group, statements, load }),
    load: async (): Promise<JobLoad> => load(),
    openJobs: async (): Promise<OpenJobs[]> => openJobs(),
  };
}

interface Tools extends Pick<GroupCommit, 'commit' | 'commitUnflushed'> {
  statements: ReturnType<typeof prepareJobs>;
  load(account: string): JobLoad;
}

function createJobStore(account: string, { commit, commitUnflushed, statements, load }: Tools): JobStore {
  function isFull(caller: string, bytes: number, bounds: OpenBounds): boolean {
    const open = openRow.parse(statements.open.get(account, caller, bounds.jobs));
    return open.jobs >= bounds.jobs || open.bytes + bytes > bounds.bytes;
  }

  function insert(
    { id, caller, key, route, fingerprint, address, language, body, ...times }: NewJob,
    size: number,
  ): void {
    statements.add.run(
      id,
      account,
      caller,
      key,
      route,
      fingerprint,
      address,
      language,
      times.give_up_at,
      times.accepted_at,
      size,
      body,
    );
  }

  function find(caller: string, id: string) {
    const row = statements.find.get(account, caller, id);
    return row === undefined ? undefined : readJob(row);
  }

  function run(place: number): TakenJob {
    statements.run.run(place);
    const row = statements.atPlace.get(place);
    return { ...readJob(row), ...bodyRow.parse(statements.bodyOf.get(place)) };
  }

  function takeDue(limit: number, maxBytes: number): TakenJob[] {
    const places: number[] = [];
    let bytes = 0;
    for (const { place, size } of statements.due.all(account, limit).map((row) => sizeRow.parse(row))) {
      bytes += size;
      if (places.length > 0 && bytes > maxBytes) break;
      places.push(place);
    }
    return places.map(run);
  }

  return {
    async add(job, bounds) {
      const size = Buffer.byteLength(job.body);
      let added: 'added' | 'taken' | 'full' = 'added';
      await commit(() => {
        if (statements.byKey.get(account, job.caller, job.key) !== undefined) added = 'taken';
        else if (isFull(job.caller, size, bounds)) added = 'full';
        else insert(job, size);
      });
      return added;
    },
    find: async (caller, id) => find(caller, id),
    async findByKey({ caller, key }) {
      const row = statements.byKey.get(account, caller, key);
      return row === undefined ? undefined : readJob(row);
    },
    async list(caller, { status, after, limit, maxText }) {
      const start = after === undefined ? undefined : statements.placeOf.get(account, caller, after);
      if (after !== undefined && start === undefined) return undefined;
      const before = start === undefined ? Number.MAX_SAFE_INTEGER : placeRow.parse(start).place;
      const rows =
        status === undefined
          ? statements.list.iterate(account, caller, before)
          : statements.listBy.iterate(account, caller, status, before);
      const jobs = [];
      let text = 0;
      for (const row of rows) {
        const job = readJob(row);
        text += (job.result ?? '').length + (job.problem ?? '').length;
        if (jobs.length === limit || (jobs.length > 0 && text > maxText)) return { jobs, hasMore: true };
        jobs.push(job);
      }
      return { jobs, hasMore: false };
    },
    resume: () => commit(() => void statements.resume.run(account)),
    async take(now, limit, maxBytes) {
      // Most looks find nothing, and should cost no commit.
      if (statements.anyDue.get(account, now) === undefined) return [];
      let taken: TakenJob[] = [];
      // A job that is lost with the machine in this moment only waits on.
      await commitUnflushed(() => {
        statements.becomeDue.run(account, now, dueAtOnce);
        taken = takeDue(limit, maxBytes);
      });
      return taken;
    },
    async hasten(now, longestMs) {
      const values = [account, now, JSON.stringify(longestMs), dueAtOnce] as const;
      let hastened = dueAtOnce;
      while (hastened === dueAtOnce) {
        await commitUnflushed(() => {
          hastened = Number(statements.hasten.run(...values).changes);
        });
      }
    },
    nextRunAt: async () => momentRow.parse(statements.nextRunAt.get(account)).at ?? undefined,
    overdue: async (now, limit) => statements.overdue.all(account, now, limit).map(readJob),
    end: (id, { state, attempts, result, problem, ended_at }) =>
      // A failed job can be tried again, others need their body no more.
      commit(() => {
        const { changes } = statements.end.run(state, attempts, result, problem, ended_at, state, id);
        if (changes !== 0) statements.owe.run(id);
      }),
    putOff: (id, { attempts, run_at, problem }) =>
      commit(() => void statements.putOff.run(attempts, run_at, problem, id)),
    async cancel(caller, id, now) {
      let cancelled = false;
      await commit(() => {
        cancelled = statements.cancel.run(now, account, caller, id).changes !== 0;
      });
      return cancelled;
    },
    async retry(caller, id, giveUpAt, bounds) {
      let retried: 'queued' | 'refused' | 'full' = 'refused';
      await commit(() => {
        const row = statements.sizeOfFailed.get(account, caller, id);
        if (row === undefined) return;
        const { place, size } = sizeRow.parse(row);
        retried = isFull(caller, size, bounds) ? 'full' : 'queued';
        if (retried === 'queued') statements.retry.run(giveUpAt, place);
      });
      return retried;
    },
    load: async () => load(account),
  };
}
