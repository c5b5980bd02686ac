import type { Test } from 'tap';
import type { CallbackStore } from '../../src/jobs/callbacks/callback-store.ts';
import type { JobStore } from '../../src/jobs/job-store.ts';

export interface OpenedCallbackStore {
  callbacks: CallbackStore;
  jobs: JobStore;
  /** The account of those jobs. */
  account: string;
  close(): Promise<void>;
}

const plenty = { jobs: 9, bytes: 1e9 };
const job = (id: string, caller = 'bob') => ({
  id,
  caller,
  key: id,
  route: '/x',
  fingerprint: 'f',
  address: null,
  language: 'ru' as const,
  body: '{}',
  give_up_at: 9e9,
  accepted_at: 1,
});
const failed = { state: 'failed', attempts: 1, result: null, problem: '{}', ended_at: 20 } as const;

export const callback = (secret: string, changedAt = 1000) => ({
  caller: 'bob',
  url: 'https://example.com/',
  secret,
  changedAt,
});

/** What is expected of whatever keeps callbacks and what is owed to them. `make`: opens an empty store. */
export function conformCallbackStore(t: Test, make: (t: Test) => Promise<OpenedCallbackStore>): void {
  async function open(t: Test) {
    const store = await make(t);
    t.teardown(store.close);
    const end = async (id: string, caller?: string) => {
      await store.jobs.add(job(id, caller), plenty);
      await store.jobs.take(10, 9, 1e9);
      await store.jobs.end(id, failed);
    };
    return { ...store, end };
  }

  t.test('a callback is found as it was put; the secret before it stays for its time', async (t) => {
    const { callbacks } = await open(t);
    t.equal(await callbacks.find('bob'), undefined);
    t.equal(await callbacks.put(callback('whsec_one'), 5000), false);
    t.match(await callbacks.find('bob'), { ...callback('whsec_one'), old: undefined, offAt: undefined });
    t.equal(await callbacks.put(callback('whsec_two'), 5000.5), true);
    t.match(await callbacks.find('bob'), { secret: 'whsec_two', old: { secret: 'whsec_one', until: 5000 } });
    t.equal(await callbacks.find('ann'), undefined);
    t.equal(await callbacks.remove('bob'), true);
    t.equal(await callbacks.remove('bob'), false);
    t.equal(await callbacks.find('bob'), undefined);
  });

  t.test('of two that are put at once each replaces the other or is replaced', async (t) => {
    const { callbacks } = await open(t);
    const put = ['whsec_one', 'whsec_two', 'whsec_three'].map((secret) => callbacks.put(callback(secret), 5000));
    t.strictSame((await Promise.all(put)).toSorted(), [false, true, true]);
    const found = await callbacks.find('bob');
    t.not(found?.old?.secret, undefined);
    t.not(found?.old?.secret, found?.secret);
  });

  t.test('one that was put again meanwhile is not switched off', async (t) => {
    const { callbacks } = await open(t);
    await callbacks.put(callback('whsec_one'), 5000);
    const before = await callbacks.find('bob');
    if (before === undefined) throw new Error('it is not there');
    await callbacks.put(callback('whsec_two', 2000), 5000);
    await callbacks.switchOff(before, 3000);
    t.match(await callbacks.find('bob'), { offAt: undefined });
    await callbacks.switchOff({ ...before, changedAt: 2000 }, 3000);
    t.match(await callbacks.find('bob'), { offAt: 3000 });
    await callbacks.put(callback('whsec_three', 4000), 5000);
    t.match(await callbacks.find('bob'), { offAt: undefined });
  });

  t.test('who waits for longer than any may after so many tries is due, unless it is in progress', async (t) => {
    const { callbacks, end } = await open(t);
    await callbacks.put(callback('whsec_one'), 5000);
    await callbacks.put({ ...callback('whsec_one'), caller: 'ann' }, 5000);
    const ids = ['none', 'short', 'long', 'busy'];
    for (const id of ids) await end(id);
    await end('other', 'ann');
    const [, short = 0, long = 0, busy = 0] = await callbacks.due('bob', 20, 9);
    for (const [place, at] of [
      [short, 105],
      [long, 106],
      [busy, 106],
    ] as const) {
      const owed = await callbacks.take(place, 20, 21);
      if (owed !== undefined) await callbacks.settle(owed, { state: 'pending', at, failure: 'answered 500' });
    }
    await callbacks.hasten('bob', 10, [0, 95], [busy]);
    t.equal(await callbacks.nextAt('bob', 10), 105);
    t.strictSame((await callbacks.due('bob', 10, 9)).length, 2);
    t.ok((await callbacks.due('bob', 10, 9)).includes(long));
    t.equal(await callbacks.nextAt('ann', 10), 20);
  });

  t.test('the end of a job is owed to a caller whose callback is on', async (t) => {
    const { callbacks, jobs, account, end } = await open(t);
    await end('before');
    await callbacks.put(callback('whsec_one'), 5000);
    await end('a');
    await end('b');
    await end('other', 'ann');
    t.strictSame(await callbacks.owed(), ['bob']);
    t.match(await jobs.find('bob', 'before'), { callback_state: null, callback_at: null });
    t.match(await jobs.find('bob', 'a'), { callback_state: 'pending', callback_at: 20 });
    t.strictSame(await callbacks.due('bob', 19, 9), []);
    const [first = 0, second = 0] = await callbacks.due('bob', 20, 9);
    const owed = await callbacks.take(first, 20, 21);
    if (owed === undefined) throw new Error('nothing is owed');
    t.match(owed, { place: first, account, job: { id: 'a', state: 'failed', problem: '{}' } });
    await callbacks.settle(owed, { state: 'pending', at: 500, failure: 'HTTP 500' });
    t.match(await callbacks.load(), { failing: 1 });
    t.equal(await callbacks.nextAt('bob', 20), 500);
    t.equal(await callbacks.nextAt('bob', 500), undefined);
    await callbacks.settle(owed, { state: 'delivered', at: null, failure: null });
    t.match(await jobs.find('bob', 'a'), { callback_state: 'pending', callback_tries: 1 }, 'told twice, counted once');
    const again = await callbacks.take(first, 500, 501);
    if (again === undefined) throw new Error('nothing is owed');
    await callbacks.settle(again, { state: 'delivered', at: null, failure: null });
    t.match(await jobs.find('bob', 'a'), { callback_state: 'delivered', callback_tries: 2, callback_at: null });
    t.equal(await callbacks.take(first, 900, 901), undefined);
    t.equal(await callbacks.drop('bob', 9), 1);
    t.equal(await callbacks.drop('bob', 9), 0);
    t.equal(await callbacks.take(second, 900, 901), undefined);
    t.match(await jobs.find('bob', 'b'), { callback_state: 'dropped' });
    t.strictSame(await callbacks.owed(), []);
    await callbacks.switchOff({ ...callback('x'), old: undefined, offAt: undefined }, 3000);
    await end('off');
    t.match(await jobs.find('bob', 'off'), { callback_state: null });
  });

  t.test('a delivery that ends after the job was tried again changes nothing', async (t) => {
    const { callbacks, jobs, account, end } = await open(t);
    await callbacks.put(callback('whsec_one'), 5000);
    await end('j');
    const [place = 0] = await callbacks.due('bob', 20, 9);
    const owed = await callbacks.take(place, 20, 21);
    if (owed === undefined) throw new Error('nothing is owed');
    t.equal(owed.account, account);
    t.equal(await jobs.retry('bob', 'j', 9e9, plenty), 'queued');
    t.strictSame(await callbacks.owed(), []);
    await callbacks.settle(owed, { state: 'delivered', at: null, failure: null });
    t.match(await jobs.find('bob', 'j'), { state: 'queued', callback_state: null, callback_tries: 0 });
    t.match(await callbacks.load(), { failing: 0 });
  });

  t.test('what an account’s callers are owed is counted', async (t) => {
    const { callbacks, account, end } = await open(t);
    await callbacks.put(callback('whsec_one'), 5000);
    t.equal(await callbacks.owedIn(account), 0);
    await end('a');
    await end('b');
    await end('c', 'ann');
    t.equal(await callbacks.owedIn(account), 2);
    t.equal(await callbacks.owedIn('elsewhere'), 0);
    await callbacks.drop('bob', 9);
    t.equal(await callbacks.owedIn(account), 0);
  });
}
