import t, { type Test } from 'tap';
import type { DeliveryEnd } from '../../../src/jobs/callbacks/callback-store.ts';
import { createCallbacks } from '../../../src/jobs/callbacks/callbacks.ts';
import { createFakeClock } from '../../fixtures/fake-clock.ts';
import { type Receiver, startReceiver } from '../../fixtures/receiver.ts';
import { openAccountStore } from '../../fixtures/store.ts';

const second = 1000;
const hour = 3_600_000;

/** Callbacks over a store of their own, on a clock that the test moves. */
async function open(t: Test, directory = t.testdir(), clock = createFakeClock()) {
  const sweeps = { laterMs: 0 };
  const store = await openAccountStore(directory, { now: () => clock.wall() + sweeps.laterMs });
  const shutdown = new AbortController();
  const works = new Set<Promise<void>>();
  const ends: { id: string; end: DeliveryEnd }[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const errors: unknown[] = [];
  const callbacks = createCallbacks({
    store: store.callbacks,
    clock,
    hosts: ['127.0.0.1'],
    shutdown: shutdown.signal,
    waitFor: (work) => void works.add(work),
    onDelivery({ id }, end) {
      ends.push({ id, end });
      for (const { count, resolve } of waiting) if (ends.length >= count) resolve();
    },
    onError: (error) => errors.push(error),
  });
  callbacks.start();
  const close = async () => {
    if (shutdown.signal.aborted) return;
    shutdown.abort();
    await clock.advance(5 * second);
    await Promise.all(works);
    store.close();
    if (errors.length > 0) throw errors[0];
  };
  t.teardown(close);
  let last = 0;
  return {
    clock,
    directory,
    store,
    ends,
    sweeps,
    close,
    put: ({ url }: Receiver, caller = 'bob') =>
      store.callbacks.put({ caller, url, secret: 'whsec_c2VjcmV0', changedAt: clock.wall() }, clock.wall() + 24 * hour),
    /** Ends a new job of the caller; `elsewhere`: of an account that another replica has. */
    async endJob(caller = 'bob', elsewhere = false) {
      last += 1;
      const id = `job-${last}`;
      const times = { give_up_at: clock.wall() + hour, accepted_at: clock.wall() };
      await store.jobs.add(
        {
          id,
          caller,
          key: id,
          route: '/x',
          fingerprint: 'f',
          address: null,
          language: 'en' as const,
          body: '{}',
          ...times,
        },
        { jobs: 99, bytes: 1e9 },
      );
      await store.jobs.take(clock.wall(), 99, 1e9);
      await store.jobs.end(id, {
        state: 'succeeded',
        attempts: 1,
        result: '{}',
        problem: null,
        ended_at: clock.wall(),
      });
      if (!elsewhere) callbacks.wake(caller);
      return id;
    },
    /** Resolves when so many deliveries have ended. */
    until: (count: number) =>
      ends.length >= count ? undefined : new Promise<void>((resolve) => waiting.push({ count, resolve })),
  };
}

t.test('it waits no longer when the wall clock goes back, in this process or between two', async (t) => {
  const first = await open(t);
  const { clock, directory } = first;
  const receiver = await startReceiver(t, (_, response) => response.writeHead(500).end());
  await first.put(receiver);
  await first.endJob();
  await first.until(1);
  clock.setWall(-hour);
  await clock.advance(5 * second);
  await first.until(2);
  await first.close();
  clock.setWall(-hour);
  const { until } = await open(t, directory, clock);
  await until(1);
  await clock.advance(1800 * second - 1);
  t.equal(receiver.received.length, 3);
  await clock.advance(1);
  await until(2);
  t.equal(receiver.received.length, 4);
});

t.test('a delivery in progress when the wall clock goes back is made once', async (t) => {
  const { clock, put, endJob, until } = await open(t);
  const held = Promise.withResolvers<() => void>();
  const receiver = await startReceiver(t, ({ headers }, response) => {
    const answer = () => void response.writeHead(204).end();
    if (headers['webhook-id'] === 'job-1') held.resolve(answer);
    else answer();
  });
  await put(receiver);
  await endJob();
  const answer = await held.promise;
  clock.setWall(-hour);
  await endJob();
  await until(1);
  answer();
  await until(2);
  await clock.advance(60 * second);
  t.equal(receiver.received.filter(({ headers }) => headers['webhook-id'] === 'job-1').length, 1);
});

t.test('what a replica that has gone has left is delivered within a minute', async (t) => {
  const { clock, put, endJob, until } = await open(t);
  const receiver = await startReceiver(t, (_, response) => response.writeHead(204).end());
  await put(receiver);
  await clock.advance(1);
  await endJob('bob', true);
  await clock.advance(60 * second);
  await until(1);
  t.equal(receiver.received.length, 1);
});

t.test('it is sent again over 28 hours, and then given up', async (t) => {
  const { clock, put, endJob, until, ends, store } = await open(t);
  const receiver = await startReceiver(t, (_, response) => response.writeHead(500).end());
  await put(receiver);
  const id = await endJob();
  const waits = [0, 5 * second, 300 * second, 0.5 * hour, 2 * hour, 5 * hour, 10 * hour, 10 * hour];
  for (const [index, wait] of waits.entries()) {
    if (wait > 0) {
      await clock.advance(wait - 1);
      t.equal(receiver.received.length, index, `not before ${wait} ms have passed`);
      await clock.advance(1);
    }
    await until(index + 1);
  }
  const stamps = receiver.received.map(({ headers }) => Number(headers['webhook-timestamp']));
  t.strictSame(
    stamps.map((stamp, index) => stamp - Number(stamps[index - 1] ?? stamp)),
    waits.map((ms) => ms / second),
  );
  t.strictSame(ends.at(-1), { id, end: { state: 'failed', at: null, failure: 'answered 500\nполучен ответ 500' } });
  t.match(await store.jobs.find('bob', id), { callback_state: 'failed', callback_tries: 8, callback_at: null });
  await clock.advance(48 * hour);
  t.equal(receiver.received.length, 8);
});

t.test('four at once to a caller, and a slow receiver holds nobody else up', async (t) => {
  const { clock, put, endJob, until, ends } = await open(t);
  const slow = await startReceiver(t, () => {});
  const quick = await startReceiver(t);
  await put(slow, 'slow');
  await put(quick, 'quick');
  for (let index = 0; index < 10; index += 1) await endJob('slow');
  await slow.until(4);
  for (let index = 0; index < 10; index += 1) await endJob('quick');
  await until(10);
  t.equal(quick.received.length, 10);
  t.equal(slow.received.length, 4);
  await clock.advance(15 * second);
  await until(14);
  t.strictSame(ends.at(-1)?.end.failure, 'no answer within 15 s\nнет ответа за 15 с');
  await slow.until(8);
  t.equal(slow.received.length, 8);
});

t.test('one that is in the middle at a shutdown is cut after 5 s and made again by the next process', async (t) => {
  const first = await open(t);
  const receiver = await startReceiver(t, () => {});
  await first.put(receiver);
  const id = await first.endJob();
  await receiver.until(1);
  await first.close();
  t.strictSame(first.ends, []);
  receiver.behave((_, response) => response.writeHead(200).end());
  const next = await open(t, first.directory, first.clock);
  await next.until(1);
  t.match(await next.store.jobs.find('bob', id), { callback_state: 'delivered', callback_tries: 1 });
});

t.test('a job is kept until its callback has ended', async (t) => {
  const { clock, put, endJob, until, store, sweeps } = await open(t);
  const receiver = await startReceiver(t, (_, response) => response.writeHead(500).end());
  const silent = await endJob('nobody');
  await put(receiver);
  const id = await endJob();
  await until(1);
  receiver.behave((_, response) => response.writeHead(204).end());
  await clock.advance(4 * second);
  sweeps.laterMs = 8 * 24 * hour;
  await store.expire();
  t.equal(await store.jobs.find('nobody', silent), undefined);
  t.match(await store.jobs.find('bob', id), { callback_state: 'pending' });
  await clock.advance(second);
  await until(2);
  await store.expire();
  t.equal(await store.jobs.find('bob', id), undefined);
});
