import type { Test } from 'tap';
import type { JobState } from '../../src/jobs/job.ts';
import type { JobEnd, JobLoad, JobStore, NewJob, OpenBounds, OpenJobs } from '../../src/jobs/job-store.ts';
import type { KeyStore } from '../../src/journal/key-store.ts';

export interface OpenedJobStore {
  jobs: JobStore;
  keys: KeyStore;
  /** Jobs of another account in the same store, the load of all, and what each of the two has open. */
  others: JobStore;
  loadOfAll(): Promise<JobLoad>;
  openOfAll(): Promise<OpenJobs[]>;
  /** Deletes what has expired. */
  expire(): Promise<void>;
  close(): Promise<void>;
}

/** Makes an empty store for a test, and gives what opens it again and again. `now`: milliseconds since 1970. */
export type MakeJobStore = (t: Test, now: () => number) => () => Promise<OpenedJobStore>;

const start = 1_800_000_000_000;
const dayMs = 86_400_000;
const plenty: OpenBounds = { jobs: 1000, bytes: 1e9 };
const page = { limit: 10, maxText: 1e6 };
const done = { state: 'succeeded', attempts: 1, result: '{"a":"ю"}', problem: null, ended_at: start + 5 } as const;
const failed: JobEnd = { ...done, state: 'failed', result: null, problem: '{"code":"AMOCRM_ERROR"}' };
const write = {
  step: 0,
  name: 'POST contacts #1',
  row: {
    method: 'POST',
    collection: 'contacts',
    body: '{}',
    before: null,
    sent_at: start,
    ended_at: start,
    answer: null,
  },
} as const;

function job(id: string, own: Partial<NewJob> = {}): NewJob {
  const times = { accepted_at: start, give_up_at: start + dayMs };
  const body = '{"params":{"name":"Иван"}}';
  const address = 'https://one.amocrm.ru';
  return {
    id,
    caller: 'bob',
    key: `k ${id}`,
    route: '/steps/x',
    fingerprint: `f ${id}`,
    address,
    language: 'ru',
    body,
    ...times,
    ...own,
  };
}

/** What is expected of whatever keeps jobs. */
export function conformJobStore(t: Test, make: MakeJobStore): void {
  async function open(t: Test) {
    let ahead = 0;
    const opener = make(t, () => start + ahead);
    let store = await opener();
    t.teardown(() => store.close());
    const jobs = () => store.jobs;
    return {
      jobs,
      keys: () => store.keys,
      others: () => store.others,
      loadOfAll: () => store.loadOfAll(),
      openOfAll: () => store.openOfAll(),
      expire: () => store.expire(),
      travel: (days: number) => {
        ahead += days * dayMs;
      },
      async restart() {
        await store.close();
        store = await opener();
        await store.jobs.resume();
      },
      add: async (...ids: string[]) => {
        for (const id of ids) t.equal(await jobs().add(job(id), plenty), 'added');
      },
      take: async (limit = 100, maxBytes = 1e6) => (await jobs().take(start, limit, maxBytes)).map(({ id }) => id),
      states: async (...ids: string[]) => Promise.all(ids.map(async (id) => (await jobs().find('bob', id))?.state)),
      list: async (options: { status?: JobState; after?: string; limit?: number; maxText?: number } = {}) => {
        const found = await jobs().list('bob', { ...page, ...options });
        return found && [found.jobs.map(({ id }) => id).join(''), found.hasMore];
      },
    };
  }

  t.test('who waits for longer than any may after so many attempts is due, and nobody else', async (t) => {
    const { jobs, others } = await open(t);
    const waits = [
      { id: 'a', attempts: 0, run_at: start + 60 },
      { id: 'b', attempts: 0, run_at: start + 61 },
      { id: 'c', attempts: 1, run_at: start + 500 },
      { id: 'd', attempts: 1, run_at: start + 501 },
      { id: 'e', attempts: 9, run_at: start + 500 },
      { id: 'f', attempts: 9, run_at: start + 501 },
    ];
    for (const { id } of waits) await jobs().add(job(id), plenty);
    await others().add(job('other'), plenty);
    await jobs().take(start, 9, 1e9);
    await others().take(start, 9, 1e9);
    for (const { id, ...wait } of waits) await jobs().putOff(id, { ...wait, problem: null });
    await others().putOff('other', { attempts: 0, run_at: start + 900, problem: null });
    await jobs().hasten(start, [60, 500]);
    t.strictSame(
      (await jobs().take(start, 9, 1e9)).map(({ id }) => id),
      ['b', 'd', 'f'],
    );
    t.equal(await jobs().nextRunAt(), start + 60);
    t.equal(await others().nextRunAt(), start + 900);
  });

  t.test('a job is found as it was added, by its caller alone, after a restart too', async (t) => {
    const { jobs, add, restart } = await open(t);
    await add('a');
    for (const again of [async () => {}, restart]) {
      await again();
      const { body: _, ...kept } = job('a');
      const untold = { callback_state: null, callback_tries: 0, callback_at: null, callback_failure: null };
      const fresh = {
        state: 'queued',
        attempts: 0,
        run_at: null,
        ended_at: null,
        result: null,
        problem: null,
        ...untold,
      };
      t.strictSame({ ...(await jobs().find('bob', 'a')) }, { ...kept, ...fresh });
      t.match(await jobs().findByKey({ caller: 'bob', key: 'k a' }), { id: 'a' });
      t.equal(await jobs().find('ann', 'a'), undefined);
      t.equal(await jobs().findByKey({ caller: 'ann', key: 'k a' }), undefined);
    }
  });

  t.test('of two jobs of one key one is added; other callers have keys of their own', async (t) => {
    const { jobs } = await open(t);
    const added = ['a', 'b'].map((id) => jobs().add(job(id, { key: 'one' }), plenty));
    t.strictSame(await Promise.all(added), ['added', 'taken']);
    t.equal(await jobs().add(job('c', { key: 'one', caller: 'ann' }), plenty), 'added');
    t.match(await jobs().findByKey({ caller: 'bob', key: 'one' }), { id: 'a' });
  });

  t.test('a caller has so many open jobs at most, and so many bytes of them', async (t) => {
    const { jobs, take } = await open(t);
    const two: OpenBounds = { jobs: 2, bytes: 1000 };
    const long = '"'.padEnd(990, 'x');
    const results = ['a', 'b', 'c'].map((id) => jobs().add(job(id), two));
    t.strictSame(await Promise.all(results), ['added', 'added', 'full']);
    t.equal(await jobs().add(job('d', { caller: 'ann', body: long }), two), 'added');
    t.equal(await jobs().add(job('e', { caller: 'ann' }), two), 'full', 'by bytes');
    await take();
    t.equal(await jobs().add(job('f'), two), 'full', 'what runs counts');
    await jobs().end('a', failed);
    t.equal(await jobs().add(job('f'), two), 'added');
    t.equal(await jobs().retry('bob', 'a', start + dayMs, two), 'full');
    await jobs().end('b', done);
    t.equal(await jobs().retry('bob', 'a', start + dayMs, two), 'queued');
  });

  t.test('due jobs are taken once each, in the order of their acceptance', async (t) => {
    const { jobs, add, take, states } = await open(t);
    await add('a', 'b', 'c', 'd');
    t.strictSame([await take(2), await take(1)], [['a', 'b'], ['c']]);
    await jobs().putOff('a', { attempts: 1, run_at: start + 10, problem: '{}' });
    t.strictSame([await take(), await take()], [['d'], []]);
    t.equal(await jobs().nextRunAt(), start + 10);
    await add('e');
    const later = await jobs().take(start + 10, 1, 1e6);
    t.match(later, [{ id: 'a', state: 'running', attempts: 1, problem: '{}', body: job('a').body }]);
    t.equal(await jobs().nextRunAt(), undefined);
    t.strictSame(await states('a', 'b', 'e'), ['running', 'running', 'queued']);
  });

  t.test('no more bodies are taken than fit, but one at least', async (t) => {
    const { jobs, take } = await open(t);
    for (const id of ['a', 'b', 'c']) await jobs().add(job(id, { body: `"${'ж'.repeat(49)}"` }), plenty);
    t.strictSame(await take(10, 200), ['a', 'b']);
    t.strictSame(await take(10, 1), ['c']);
  });

  t.test('after a restart a running job waits again, with what was known of it', async (t) => {
    const { jobs, add, take, restart, states } = await open(t);
    await add('a', 'b', 'c');
    await take();
    await jobs().putOff('b', { attempts: 3, run_at: start + 10, problem: '{}' });
    await jobs().end('c', done);
    await restart();
    t.strictSame(await states('a', 'b', 'c'), ['queued', 'queued', 'succeeded']);
    t.match(await jobs().find('bob', 'b'), { attempts: 3, run_at: start + 10, problem: '{}' });
    t.strictSame(await take(), ['a']);
  });

  t.test('a job ends once: neither a late end nor a putting off changes it', async (t) => {
    const { jobs, add, take } = await open(t);
    await add('a');
    await take();
    await jobs().end('a', done);
    await jobs().end('a', failed);
    await jobs().putOff('a', { attempts: 1, run_at: null, problem: null });
    t.match(await jobs().find('bob', 'a'), done);
    t.strictSame(await take(), []);
  });

  t.test('what waits and has written nothing can be cancelled, by its caller', async (t) => {
    const { jobs, keys, add, take, states } = await open(t);
    await add('a', 'b', 'c');
    t.equal(await jobs().cancel('ann', 'a', start), false);
    t.equal(await jobs().cancel('bob', 'a', start), true);
    t.equal(await jobs().cancel('bob', 'a', start), false);
    t.strictSame(await take(), ['b', 'c']);
    t.equal(await jobs().cancel('bob', 'b', start), false, 'it runs');
    await keys().put({
      name: { caller: 'bob', key: 'k c' },
      row: { fingerprint: 'f c', checkpoint: '{}', response: null, address: null },
      writes: [write],
    });
    for (const id of ['b', 'c']) await jobs().putOff(id, { attempts: 1, run_at: start + 9, problem: null });
    t.equal(await jobs().cancel('bob', 'c', start), false, 'it has begun to write');
    t.equal(await jobs().cancel('bob', 'b', start), true);
    t.strictSame(await states('a', 'b', 'c'), ['cancelled', 'cancelled', 'queued']);
    t.equal(await jobs().nextRunAt(), start + 9);
    t.match(await jobs().find('bob', 'a'), { ended_at: start });
  });

  t.test('cancelling and taking at once: one of them wins', async (t) => {
    const { jobs, add, take, states } = await open(t);
    for (const id of ['a', 'b', 'c', 'd']) {
      await add(id);
      const [taken, cancelled] = await Promise.all([take(1), jobs().cancel('bob', id, start)]);
      t.strictSame(taken, cancelled ? [] : [id]);
      t.strictSame(await states(id), [cancelled ? 'cancelled' : 'running']);
    }
  });

  t.test('a failed job is tried again with its body, its attempts anew, once', async (t) => {
    const { jobs, add, take } = await open(t);
    await add('a', 'b');
    await take();
    await jobs().end('a', failed);
    await jobs().end('b', done);
    const retry = (caller: string, id: string) => jobs().retry(caller, id, start + 9 * dayMs, plenty);
    t.strictSame([await retry('ann', 'a'), await retry('bob', 'b'), await retry('bob', 'x')], Array(3).fill('refused'));
    t.strictSame((await Promise.all([retry('bob', 'a'), retry('bob', 'a')])).sort(), ['queued', 'refused']);
    const again = { state: 'running', attempts: 0, give_up_at: start + 9 * dayMs, ended_at: null, body: job('a').body };
    t.match(await jobs().take(start, 5, 1e6), [again]);
  });

  t.test('overdue are those that wait beyond their time', async (t) => {
    const { jobs, add, take } = await open(t);
    await add('a', 'b', 'c');
    await take(1);
    t.strictSame(await jobs().overdue(start + dayMs - 1, 9), []);
    t.match(await jobs().overdue(start + dayMs, 1), [{ id: 'b' }]);
    await jobs().end('b', failed);
    t.match(await jobs().overdue(start + dayMs, 9), [{ id: 'c' }]);
  });

  t.test('a list shows the newest first, page by page, by status where wanted', async (t) => {
    const { jobs, add, take, list } = await open(t);
    t.strictSame(await list(), ['', false]);
    await add('a', 'b', 'c', 'd', 'e');
    await jobs().add(job('x', { caller: 'ann' }), plenty);
    t.strictSame(await list(), ['edcba', false]);
    t.strictSame(await list({ limit: 2 }), ['ed', true]);
    t.strictSame(await list({ limit: 2, after: 'd' }), ['cb', true]);
    t.strictSame(await list({ limit: 2, after: 'b' }), ['a', false]);
    for (const after of ['x', 'nope']) t.equal(await list({ after }), undefined);
    await take(3);
    for (const id of ['a', 'c']) await jobs().end(id, failed);
    t.strictSame(await list({ status: 'failed' }), ['ca', false]);
    t.strictSame(await list({ status: 'failed', limit: 1 }), ['c', true]);
    t.strictSame(await list({ status: 'failed', after: 'c' }), ['a', false]);
    t.strictSame(await list({ status: 'running' }), ['b', false]);
    t.strictSame(await list({ status: 'queued' }), ['ed', false]);
  });

  t.test('a page ends where its results become too long, but one job is always in it', async (t) => {
    const { jobs, add, take, list } = await open(t);
    await add('a', 'b', 'c');
    await take();
    for (const id of ['a', 'b', 'c']) await jobs().end(id, { ...done, result: 'x'.repeat(60) });
    t.strictSame(await list({ maxText: 130 }), ['cb', true]);
    t.strictSame(await list({ maxText: 10, after: 'c' }), ['b', true]);
    t.strictSame(await list({ maxText: 10, after: 'b' }), ['a', false]);
  });

  t.test('the load tells of open and failed ones', async (t) => {
    const { jobs, take } = await open(t);
    t.strictSame(await jobs().load(), { open: 0, failed: 0, oldestAt: undefined });
    for (const [index, id] of ['a', 'b', 'c'].entries()) {
      await jobs().add(job(id, { caller: id, accepted_at: start + index }), plenty);
    }
    await take(2);
    t.strictSame(await jobs().load(), { open: 3, failed: 0, oldestAt: start });
    await jobs().end('a', failed);
    t.strictSame(await jobs().load(), { open: 2, failed: 1, oldestAt: start + 1 });
  });

  t.test('ended jobs expire after their days, open ones never', async (t) => {
    const { jobs, expire, add, take, travel, states } = await open(t);
    await add('a', 'b', 'c', 'd');
    await take(3);
    await jobs().end('a', done);
    await jobs().end('b', failed);
    await jobs().cancel('bob', 'd', start);
    travel(6.9);
    await expire();
    t.strictSame(await states('a', 'b', 'c', 'd'), ['succeeded', 'failed', 'running', 'cancelled']);
    travel(0.2);
    await expire();
    t.strictSame(await states('a', 'b', 'c', 'd'), [undefined, undefined, 'running', undefined]);
  });

  t.test('the key of a job that may go on is kept as long as the job', async (t) => {
    const { jobs, keys, expire, add, take, travel } = await open(t);
    await add('open', 'failed', 'done');
    const name = (id: string) => ({ caller: 'bob', key: `k ${id}` });
    for (const id of ['open', 'failed', 'done', 'none']) {
      await keys().put({
        name: name(id),
        row: { fingerprint: 'f', checkpoint: '{}', response: null, address: null },
        writes: [write],
      });
    }
    await take();
    await jobs().end('failed', failed);
    await jobs().end('done', done);
    const kept = async () => {
      const found = await Promise.all(['open', 'failed', 'done', 'none'].map((id) => keys().find(name(id))));
      return found.map((key) => key !== undefined);
    };
    travel(1.1);
    t.strictSame(await kept(), [true, true, false, false], 'before anything expires');
    for (const _ of [1, 2, 3, 4, 5]) {
      await expire();
      t.strictSame(await kept(), [true, true, false, false]);
      travel(1.1);
    }
    travel(2);
    await expire();
    t.strictSame(await kept(), [true, false, false, false], 'the failed job has expired');
    t.equal((await keys().openCreates(0)).length, 1, 'the rows of its key too');
  });

  t.test('the open jobs of each account, and of none that has no open one', async (t) => {
    const { jobs, others, openOfAll, add, take } = await open(t);
    t.strictSame(await openOfAll(), []);
    await add('a', 'b');
    await others().add(job('x', { accepted_at: start + 7 }), plenty);
    const told = async () => (await openOfAll()).map(({ oldestAt }) => oldestAt - start).toSorted();
    t.strictSame(await told(), [0, 7]);
    const accounts = (await openOfAll()).map(({ account }) => account);
    t.equal(new Set(accounts).size, 2);
    t.strictSame(await take(), ['a', 'b']);
    await jobs().end('a', done);
    await jobs().end('b', failed);
    t.strictSame(await told(), [7], 'what has ended is not open');
  });

  t.test('accounts have jobs of their own', async (t) => {
    const { jobs, keys, others, loadOfAll, add, take, restart, states } = await open(t);
    await add('a', 'b');
    t.equal(await others().add(job('x', { key: 'k a' }), plenty), 'added', 'the key of a job of the other account');
    t.equal(await others().add(job('y'), { jobs: 1, bytes: 1e9 }), 'full');
    t.strictSame(await take(), ['a', 'b']);
    t.equal(await jobs().find('bob', 'x'), undefined);
    t.match(await others().findByKey({ caller: 'bob', key: 'k a' }), { id: 'x' });
    t.equal(await others().cancel('bob', 'a', start), false);
    t.match(await others().list('bob', page), { jobs: [{ id: 'x' }], hasMore: false });
    t.equal(await others().list('bob', { ...page, after: 'a' }), undefined);
    t.match(await others().take(start, 9, 1e9), [{ id: 'x' }]);
    await restart();
    t.strictSame(await states('a', 'b'), ['queued', 'queued']);
    t.match(await others().find('bob', 'x'), { state: 'running' }, 'its own resumption is its own');
    await others().resume();
    await keys().put({
      name: { caller: 'bob', key: 'k a' },
      row: { fingerprint: 'f', checkpoint: '{}', response: null, address: null },
      writes: [write],
    });
    await others().putOff('x', { attempts: 1, run_at: start + 9, problem: null });
    t.equal(await jobs().nextRunAt(), undefined);
    t.strictSame(
      await jobs()
        .overdue(start + dayMs, 9)
        .then((late) => late.map(({ id }) => id)),
      ['a', 'b'],
    );
    t.equal(
      await others().cancel('bob', 'x', start),
      true,
      'what another account has written under that key is no matter',
    );
    t.match(await others().load(), { open: 0 });
    t.match(await jobs().load(), { open: 2, oldestAt: start });
    t.match(await loadOfAll(), { open: 2, failed: 0, oldestAt: start });
  });
}
