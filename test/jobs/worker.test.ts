import t, { type Test } from 'tap';
import type { Deliver } from '../../src/jobs/attempt.ts';
import { createJobs } from '../../src/jobs/jobs.ts';
import { problemIn } from '../../src/jobs/kept-problem.ts';
import { createJournal } from '../../src/journal/journal.ts';
import { verbatim } from '../../src/messages/message.ts';
import type { ErrorCode } from '../../src/problems/catalogue.ts';
import { Problem } from '../../src/problems/problem.ts';
import { createFakeClock } from '../fixtures/fake-clock.ts';
import { openAccountStore } from '../fixtures/store.ts';

const hour = 3_600_000;
const minute = 60_000;

interface Options {
  batchSize?: number;
  giveUpHours?: number;
  deliver: Deliver;
  clock?: ReturnType<typeof createFakeClock>;
  directory?: string;
}

/** Jobs over a store of their own, on a clock that the test moves; what carries them out is the test's. */
async function open(t: Test, { deliver, clock = createFakeClock(), directory = t.testdir(), ...limits }: Options) {
  const { batchSize = 50, giveUpHours = 24 } = limits;
  const store = await openAccountStore(directory, { now: clock.wall });
  const journal = createJournal(store.keys);
  const shutdown = new AbortController();
  const works = new Set<Promise<void>>();
  const state = { heldUp: false, errors: 0 };
  const jobs = createJobs({
    store: store.jobs,
    journal,
    address: 'https://example.amocrm.ru',
    refuseOther: async () => {},
    routeOf: (route) => (route === '/x' ? { label: 'шаг', deliver } : undefined),
    clock,
    shutdown: shutdown.signal,
    giveUpHours,
    batchSize,
    isHeldUp: () => state.heldUp,
    waitFor: (work) => void works.add(work),
    onFailure: () => {},
    onError: () => {
      state.errors += 1;
    },
  });
  let isClosed = false;
  const close = async () => {
    if (isClosed) return;
    isClosed = true;
    shutdown.abort(new Problem('SHUTTING_DOWN', verbatim('The service is going down')));
    await Promise.all(works);
    journal.close();
    store.close();
  };
  t.teardown(close);
  let last = 0;
  jobs.start();
  return {
    clock,
    jobs,
    store,
    state,
    directory,
    shutdown,
    close,
    add: async (body: unknown = {}) => {
      last += 1;
      const { id } = await jobs.accept({
        caller: 'bob',
        key: `k${last}`,
        route: '/x',
        language: 'en',
        fingerprint: `f${last}`,
        body: JSON.stringify(body),
      });
      return id;
    },
    find: (id: string) => jobs.find('bob', id),
  };
}

const fails =
  (code: ErrorCode, options = {}) =>
  async () => {
    throw new Problem(code, verbatim('as the test wants'), options);
  };

t.test('what amoCRM may mend is tried again after 5 s, 15 s, 1 min, 5 min, then every 15 min, for a day', async (t) => {
  const at: number[] = [];
  const clock = createFakeClock();
  const begun = clock.now();
  const { add, find } = await open(t, {
    clock,
    deliver: async () => {
      at.push(clock.now());
      throw new Problem('AMOCRM_ERROR', verbatim('no'));
    },
  });
  const id = await add();
  await clock.advance(1 * hour);
  const gaps = at.slice(1).map((time, index) => time - (at[index] ?? 0));
  t.strictSame(gaps, [5_000, 15_000, minute, 5 * minute, 15 * minute, 15 * minute, 15 * minute]);
  t.match(await find(id), { state: 'queued', attempts: 8 });
  await clock.advance(23 * hour);
  const ended = await find(id);
  t.match(ended, { state: 'failed', attempts: at.length, run_at: null });
  t.match(JSON.parse(problemIn('en', ended.problem ?? '')), { code: 'AMOCRM_ERROR', status: 502, instance: id });
  t.ok(at.length > 95 && at.length < 102, `${at.length} attempts`);
  t.equal(at.at(-1), begun + 24 * hour - minute, 'the last one when the time is about to end');
  await clock.advance(5 * hour);
  t.equal(at.length, ended.attempts);
});

t.test('jobs wait no longer when the wall clock goes back, in this process or between two', async (t) => {
  const at: number[] = [];
  const clock = createFakeClock();
  const options = {
    clock,
    deliver: async () => {
      at.push(clock.now());
      throw new Problem('AMOCRM_ERROR', verbatim('no'));
    },
  };
  const first = await open(t, options);
  const id = await first.add();
  await clock.advance(0);
  clock.setWall(-hour);
  await clock.advance(5_000);
  t.equal(at.length, 2, 'after 5 s, as ever');
  await clock.advance(15_000);
  t.equal(at.length, 3);
  await first.close();
  clock.setWall(-hour);
  const { find } = await open(t, { ...options, directory: first.directory });
  await clock.advance(1);
  t.equal(at.length, 4, 'at once: nobody knows for how long it has waited');
  await clock.advance(5 * minute);
  t.equal(at.length, 5);
  t.match(await find(id), { attempts: 5 });
});

t.test('a refused token and an unpaid account are tried again; what the request is to blame for is not', async (t) => {
  const again: ErrorCode[] = [
    'AMOCRM_UNAUTHORIZED',
    'AMOCRM_PAYMENT_REQUIRED',
    'AMOCRM_UNAVAILABLE',
    'OUTCOME_UNKNOWN',
    'INTERNAL_ERROR',
  ];
  const never: ErrorCode[] = [
    'INVALID_REQUEST',
    'ENTITY_NOT_FOUND',
    'UNKNOWN_FIELD',
    'AMOCRM_REJECTED',
    'AMOCRM_FORBIDDEN',
  ];
  for (const code of [...again, ...never]) {
    const { add, find, clock } = await open(t, { deliver: fails(code) });
    const id = await add();
    await clock.advance(1_000);
    t.match(await find(id), { state: never.includes(code) ? 'failed' : 'queued', attempts: 1 }, code);
  }
  const { add, find, clock } = await open(t, { deliver: fails('OUTCOME_UNKNOWN', { isFinal: true }) });
  const id = await add();
  await clock.advance(1_000);
  t.match(await find(id), { state: 'failed' }, 'nor what sending again cannot change');
});

t.test('amoCRM is back a minute before the end: the job is delivered, not given up', async (t) => {
  for (const giveUpHours of [1, 2, 24]) {
    let isBack = false;
    const { add, find, clock } = await open(t, {
      giveUpHours,
      deliver: async () => {
        if (!isBack) throw new Problem('AMOCRM_ERROR', verbatim('no'));
        return {};
      },
    });
    const id = await add();
    await clock.advance(giveUpHours * hour - minute - 1);
    isBack = true;
    await clock.advance(minute);
    t.match(await find(id), { state: 'succeeded' }, `${giveUpHours} h`);
  }
});

t.test('no attempt comes before the time that a failure names, the last one neither', async (t) => {
  const at: number[] = [];
  const { add, find, clock } = await open(t, {
    giveUpHours: 1,
    deliver: async () => {
      at.push(clock.now());
      throw new Problem('AMOCRM_UNAVAILABLE', verbatim('no'), { retryAfter: 1_000 });
    },
  });
  const id = await add();
  await clock.advance(2 * hour);
  t.strictSame(
    at.map((time) => time - (at[0] ?? 0)),
    [0, 1_000_000, 2_000_000, 3_000_000],
  );
  t.match(await find(id), { state: 'failed', attempts: 4 });
});

t.test('a failure that names a later time is tried again then', async (t) => {
  const { add, find, clock } = await open(t, { deliver: fails('AMOCRM_UNAVAILABLE', { retryAfter: 40 }) });
  const id = await add();
  await clock.advance(100);
  t.equal((await find(id)).run_at, clock.wall() - 100 + 40_000);
});

t.test('while amoCRM takes nothing jobs wait in their order, and no attempt counts', async (t) => {
  const seen: unknown[] = [];
  let isDown = true;
  const { add, find, clock, state } = await open(t, {
    deliver: async (body) => {
      if (isDown) {
        state.heldUp = true;
        throw new Problem('AMOCRM_UNAVAILABLE', verbatim('the breaker is open'), { retryAfter: 30 });
      }
      seen.push(body);
      return {};
    },
  });
  const first = await add(1);
  await clock.advance(100);
  t.match(await find(first), { state: 'queued', attempts: 0, run_at: null });
  for (const body of [2, 3, 4]) await add(body);
  await clock.advance(hour);
  t.match(await find(first), { state: 'queued', attempts: 0 });
  isDown = false;
  state.heldUp = false;
  await clock.advance(2_000);
  t.strictSame(seen, [1, 2, 3, 4]);
  t.match(await find(first), { state: 'succeeded', attempts: 1, problem: null });
});

t.test('they are given up when their time has ended, begun or not', async (t) => {
  const { add, find, clock, state } = await open(t, { deliver: fails('AMOCRM_ERROR'), giveUpHours: 1 });
  state.heldUp = true;
  const id = await add();
  await clock.advance(0.9 * hour);
  t.match(await find(id), { state: 'queued' });
  await clock.advance(0.2 * hour);
  const ended = await find(id);
  t.match(ended, { state: 'failed', attempts: 0 });
  t.match(JSON.parse(problemIn('en', ended.problem ?? '')), { code: 'DEADLINE_EXCEEDED', retryable: true });
});

t.test('too much work counts as no attempt, and others go on', async (t) => {
  let refusals = 0;
  const { add, find, clock } = await open(t, {
    deliver: async (body) => {
      if (body === 'busy' && refusals < 3) {
        refusals += 1;
        throw new Problem('OVERLOADED', verbatim('too much'), { retryAfter: 20 });
      }
      return {};
    },
  });
  const busy = await add('busy');
  await clock.advance(100);
  const other = await add('other');
  await clock.advance(2_000);
  t.match(await find(other), { state: 'succeeded' });
  t.match(await find(busy), { state: 'queued', attempts: 0 });
  await clock.advance(minute);
  t.match(await find(busy), { state: 'succeeded', attempts: 1 });
  t.equal(refusals, 3);
});

t.test('four batches are in progress at once, in the order of their acceptance', async (t) => {
  const begun: unknown[] = [];
  const ends: (() => void)[] = [];
  const { add, clock } = await open(t, {
    batchSize: 2,
    deliver: async (body) => {
      begun.push(body);
      await new Promise<void>((resolve) => void ends.push(resolve));
      return {};
    },
  });
  for (let body = 0; body < 20; body += 1) await add(body);
  await clock.advance(1_000);
  t.strictSame(begun, [0, 1, 2, 3, 4, 5, 6, 7]);
  ends[3]?.();
  await clock.advance(1_000);
  t.strictSame(begun.slice(8), [8]);
  while (begun.length < 20) {
    for (const end of ends.splice(0)) end();
    await clock.advance(100);
  }
  t.strictSame(
    begun,
    Array.from({ length: 20 }, (_, body) => body),
  );
  for (const end of ends) end();
});

t.test('large bodies are not in memory all at once', async (t) => {
  let inWork = 0;
  let most = 0;
  const ends: (() => void)[] = [];
  const { add, clock } = await open(t, {
    deliver: async () => {
      inWork += 1;
      most = Math.max(most, inWork);
      await new Promise<void>((resolve) => void ends.push(resolve));
      inWork -= 1;
      return {};
    },
  });
  const text = 'x'.repeat(3 * 2 ** 20);
  const ids: string[] = [];
  for (let index = 0; index < 12; index += 1) ids.push(await add(text));
  for (let ended = 0; ended < 12; ended += 1) {
    while (ends.length === 0) await clock.advance(100);
    ends.shift()?.();
    await clock.advance(100);
  }
  t.ok(most >= 2 && most <= 6, `${most} at once`);
});

t.test('a store that fails at the end of a job is asked again until it takes it', async (t) => {
  const { add, find, clock, store, state } = await open(t, { deliver: async () => ({ a: 1 }) });
  const { end } = store.jobs;
  let failures = 0;
  store.jobs.end = async (...args) => {
    failures += 1;
    if (failures <= 3) throw new Error('the disk is full');
    return end(...args);
  };
  const id = await add();
  await clock.advance(10_000);
  t.match(await find(id), { state: 'succeeded', result: '{"a":1}' });
  t.strictSame([state.errors, failures], [3, 4]);
});

t.test('a job that the shutdown interrupts goes on after the next start, and it counts as no attempt', async (t) => {
  const clock = createFakeClock();
  const first = await open(t, {
    clock,
    deliver: (_body, { signal }) =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  const id = await first.add();
  await clock.advance(100);
  t.match(await first.find(id), { state: 'running' });
  await first.close();
  const next = await open(t, { clock, directory: first.directory, deliver: async () => ({ done: true }) });
  await clock.advance(100);
  t.match(await next.find(id), { state: 'succeeded', attempts: 1, problem: null });
});

t.test('a job that was taken before the shutdown began is not begun after it', async (t) => {
  const begun: unknown[] = [];
  const deliver: Deliver = async (body) => void begun.push(body);
  for (const during of ['take', 'find'] as const) {
    const clock = createFakeClock();
    const first = await open(t, { clock, deliver });
    const store = during === 'take' ? first.store.jobs : first.store.keys;
    const ask = Reflect.get(store, during);
    Reflect.set(store, during, async (...args: unknown[]) => {
      const found = await Reflect.apply(ask, store, args);
      first.shutdown.abort(new Problem('SHUTTING_DOWN', verbatim('The service is going down')));
      return found;
    });
    const id = await first.add(during);
    await clock.advance(1_000);
    t.strictSame(begun.splice(0), [], during);
    await first.close();
    const next = await open(t, { clock, directory: first.directory, deliver });
    await clock.advance(100);
    t.match(await next.find(id), { state: 'succeeded', attempts: 1 });
    t.strictSame(begun.splice(0), [during]);
    await next.close();
  }
});

t.test('after the shutdown began none is taken, however long the look has been under way', async (t) => {
  const { add, clock, store, shutdown, find } = await open(t, { deliver: async () => ({}) });
  const { overdue } = store.jobs;
  store.jobs.overdue = async (...args) => {
    const late = await overdue(...args);
    shutdown.abort(new Problem('SHUTTING_DOWN', verbatim('The service is going down')));
    return late;
  };
  const id = await add();
  await clock.advance(1_000);
  t.match(await find(id), { state: 'queued' });
});

t.test('a route that is gone fails its jobs, and an answer may be anything that JSON holds', async (t) => {
  const { jobs, find, clock } = await open(t, { deliver: async () => ({ text: '"\u2028ю' }) });
  const request = { caller: 'bob', key: undefined, fingerprint: 'f', language: 'en' as const, body: '{}' };
  const gone = await jobs.accept({ ...request, route: '/gone' });
  const there = await jobs.accept({ ...request, route: '/x' });
  await clock.advance(100);
  t.match(await find(gone.id), { state: 'failed' });
  t.match(await find(there.id), { state: 'succeeded', result: JSON.stringify({ text: '"\u2028ю' }) });
});

t.test('an account that is given up accepts no job: it may be another one’s of its id', async (t) => {
  const { jobs, add, store } = await open(t, { deliver: () => new Promise(() => {}) });
  const reason = new Problem('SHUTTING_DOWN', verbatim('The account is being closed'));
  jobs.giveUp(reason);
  await t.rejects(add(), reason);
  t.match(await store.jobs.load(), { open: 0 });
});
