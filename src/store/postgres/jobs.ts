import { Type } from 'typebox';
import { readJob } from '../../jobs/job.ts';
import type {
  JobEnd,
  JobLoad,
  JobStore,
  NewJob,
  OpenBounds,
  OpenJobs,
  PutOff,
  TakenJob,
} from '../../jobs/job-store.ts';
import type { KeyName } from '../../journal/key-store.ts';
import { checkOf } from '../../schemas/check.ts';
import { columnsOf } from './columns-of.ts';
import type { Database } from './database.ts';
import { change, type Fence } from './fence.ts';
import { createGroups } from './groups.ts';
import { asked, freshColumns, owned, seen } from './job-statements.ts';

/** Jobs that become due in one statement. */
const dueAtOnce = 1000;

const placeRow = checkOf(Type.Object({ place: Type.Integer() }));
const textRow = checkOf(Type.Object({ place: Type.Integer(), text: Type.Integer() }));
const bodyRow = checkOf(Type.Object({ place: Type.Integer(), body: Type.String() }));
const momentRow = checkOf(Type.Object({ at: Type.Union([Type.Number(), Type.Null()]) }));
const addedRow = checkOf(
  Type.Object({ id: Type.String(), isAdded: Type.Boolean(), isFull: Type.Boolean(), isThere: Type.Boolean() }),
);
const retriedRow = checkOf(
  Type.Object({ isQueued: Type.Boolean(), isFull: Type.Union([Type.Boolean(), Type.Null()]) }),
);
const openJobsRow = checkOf(Type.Object({ account: Type.String(), oldestAt: Type.Number() }));
const loadRow = checkOf(
  Type.Object({
    open: Type.Integer(),
    failed: Type.Integer(),
    oldest: Type.Union([Type.Number(), Type.Null()]),
  }),
);

type Incoming = NewJob & { bounds: OpenBounds };
type Ended = { id: string } & JobEnd;
type Late = { id: string } & PutOff;

/** The load of one account, or of all. */
export async function readJobLoad({ query }: Database, account: string | null): Promise<JobLoad> {
  const [row] = await query(seen.load, [account]);
  const { open, failed, oldest } = loadRow.parse(row);
  return { open, failed, oldestAt: oldest ?? undefined };
}

/** The jobs of one account. */
export function createJobStore(database: Database, fence: Fence): JobStore {
  const { query } = database;
  const [account] = fence;
  const owns = (statements: string, values: readonly unknown[] = []) => change(database, fence, statements, values);

  const adding = createGroups({
    // A caller’s bounds are the same for each of its jobs.
    nameOf: ({ caller, key, bounds }: Incoming) => JSON.stringify([caller, key, bounds]),
    sizeOf: ({ body }) => body.length,
    async run(jobs) {
      const bounds = jobs[0]?.bounds;
      const sizes = jobs.map(({ body }) => Buffer.byteLength(body));
      const values = [...columnsOf(jobs, freshColumns), sizes, ...columnsOf(jobs, ['body'])];
      const rows = await query(asked.add, [account, bounds?.jobs, bounds?.bytes, ...values]);
      const results = new Map(rows.map((row) => addedRow.parse(row)).map((row) => [row.id, row]));
      return ({ id }) => {
        const { isAdded, isFull, isThere } = results.get(id) ?? { isAdded: false, isFull: false, isThere: true };
        if (isAdded) return 'added' as const;
        if (!isThere) return 'gone' as const;
        return isFull ? ('full' as const) : ('taken' as const);
      };
    },
  });
  // Every request with a key asks.
  const finding = createGroups({
    nameOf: ({ caller, key }: KeyName) => JSON.stringify([caller, key]),
    async run(names) {
      const jobs = (await query(asked.byKeys, [account, ...columnsOf(names, ['caller', 'key'])])).map(readJob);
      const found = new Map(jobs.map((job) => [JSON.stringify([job.caller, job.key]), job]));
      return ({ caller, key }) => found.get(JSON.stringify([caller, key]));
    },
  });
  const ending = createGroups({
    nameOf: ({ id }: Ended) => id,
    sizeOf: ({ result }) => result?.length ?? 0,
    async run(jobs) {
      await owns(owned.end, columnsOf(jobs, ['id', 'state', 'attempts', 'result', 'problem', 'ended_at']));
      return () => undefined;
    },
  });
  const puttingOff = createGroups({
    nameOf: ({ id }: Late) => id,
    async run(jobs) {
      await owns(owned.putOff, columnsOf(jobs, ['id', 'attempts', 'run_at', 'problem']));
      return () => undefined;
    },
  });

  async function place(caller: string, id: string): Promise<number | undefined> {
    const [row] = await query(asked.placeOf, [account, caller, id]);
    return row === undefined ? undefined : placeRow.parse(row).place;
  }

  return {
    add: (job, bounds) => adding({ ...job, bounds }),
    async find(caller, id) {
      const [row] = await query(asked.find, [account, caller, id]);
      return row === undefined ? undefined : readJob(row);
    },
    findByKey: finding,
    async list(caller, { status, after, limit, maxText }) {
      const before = after === undefined ? Number.MAX_SAFE_INTEGER : await place(caller, after);
      if (before === undefined) return undefined;
      const rows = await query(asked.page, [account, caller, before, limit, status ?? null]);
      const places: number[] = [];
      let text = 0;
      for (const job of rows.map((row) => textRow.parse(row))) {
        text += job.text;
        if (places.length === limit || (places.length > 0 && text > maxText)) break;
        places.push(job.place);
      }
      const jobs = (await query(asked.atPlaces, [places])).map(readJob);
      return { jobs, hasMore: places.length < rows.length };
    },
    resume: () => owns(owned.resume),
    async take(now, limit, maxBytes) {
      // Most looks find nothing, and should cost no commit.
      if ((await query(seen.anyDue, [account, Math.floor(now)])).length === 0) return [];
      await owns(owned.becomeDue, [Math.floor(now), dueAtOnce]);
      const rows = await query(owned.take, [...fence, limit, Math.floor(maxBytes)]);
      return rows
        .map(readTaken)
        .toSorted((a, b) => a.place - b.place)
        .map(({ job }) => job);
    },
    async hasten(now, longestMs) {
      const values = [...fence, Math.floor(now), longestMs, dueAtOnce];
      while ((await query(owned.hasten, values)).length === dueAtOnce);
    },
    async nextRunAt() {
      const [row] = await query(seen.nextRunAt, [account]);
      return momentRow.parse(row).at ?? undefined;
    },
    overdue: async (now, limit) => (await query(seen.overdue, [account, Math.floor(now), limit])).map(readJob),
    end: (id, end) => ending({ id, ...end }),
    putOff: (id, until) => puttingOff({ id, ...until }),
    cancel: async (caller, id, now) => (await query(asked.cancel, [account, caller, id, now])).length > 0,
    async retry(caller, id, giveUpAt, { jobs, bytes }) {
      const [row] = await query(asked.retry, [account, jobs, bytes, id, caller, giveUpAt]);
      const { isQueued, isFull } = retriedRow.parse(row);
      if (isQueued) return 'queued';
      return isFull === true ? 'full' : 'refused';
    },
    load: () => readJobLoad(database, account),
  };
}

function readTaken(row: unknown): { place: number; job: TakenJob } {
  const { place, body } = bodyRow.parse(row);
  return { place, job: { ...readJob(row), body } };
}

/** When the oldest open job was accepted of each account that has some. */
export async function readOpenJobs({ query }: Database): Promise<OpenJobs[]> {
  return (await query(seen.openJobs)).map((row) => openJobsRow.parse(row));
}
