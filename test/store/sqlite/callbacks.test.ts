import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createSecretBox } from '../../../src/store/secret-box.ts';
import { openAccountStore } from '../../fixtures/store.ts';

const callback = (secret: string, changedAt = 1000) => ({
  caller: 'bob',
  url: 'https://example.com/',
  secret,
  changedAt,
});

t.test(
  'secrets are sealed on disk, sealed anew with a new key, and the old one goes when its time has come',
  async (t) => {
    const directory = t.testdir();
    const [first, second] = [randomBytes(32), randomBytes(32)];
    const time = { now: 1000 };
    const open = (box: ReturnType<typeof createSecretBox>) => openAccountStore(directory, { box, now: () => time.now });
    const onDisk = () =>
      ['journal.db', 'journal.db-wal'].map((name) => readFileSync(join(directory, name)).toString('latin1')).join('');
    const store = await open(createSecretBox([first]));
    t.equal(await store.callbacks.put(callback('whsec_one'), 5000), false);
    t.equal(await store.callbacks.put(callback('whsec_two'), 5000), true);
    t.notMatch(onDisk(), /whsec_/);
    store.close();
    (await open(createSecretBox([second, first]))).close();
    const again = await open(createSecretBox([second]));
    t.match(await again.callbacks.find('bob'), { secret: 'whsec_two', old: { secret: 'whsec_one', until: 5000 } });
    await again.expire();
    t.match(await again.callbacks.find('bob'), { old: { secret: 'whsec_one' } }, 'not before its time');
    time.now = 5000;
    await again.expire();
    t.match(await again.callbacks.find('bob'), { secret: 'whsec_two', old: undefined });
    again.close();
  },
);

t.test('one that was put again meanwhile is not switched off', async (t) => {
  const store = await openAccountStore(t.testdir());
  t.teardown(store.close);
  await store.callbacks.put(callback('whsec_one'), 5000);
  const before = await store.callbacks.find('bob');
  if (before === undefined) throw new Error('it is not there');
  await store.callbacks.put(callback('whsec_two', 2000), 5000);
  await store.callbacks.switchOff(before, 3000);
  t.match(await store.callbacks.find('bob'), { offAt: undefined });
  await store.callbacks.switchOff({ ...before, changedAt: 2000 }, 3000);
  t.match(await store.callbacks.find('bob'), { offAt: 3000 });
});

t.test('a delivery that ends after the job was tried again changes nothing', async (t) => {
  const store = await openAccountStore(t.testdir());
  t.teardown(store.close);
  const plenty = { jobs: 9, bytes: 1e9 };
  await store.callbacks.put(callback('whsec_one'), 5000);
  const job = {
    id: 'j',
    caller: 'bob',
    key: 'k',
    route: '/x',
    fingerprint: 'f',
    body: '{}',
    give_up_at: 9e9,
    accepted_at: 1,
  };
  await store.jobs.add(job, plenty);
  await store.jobs.take(10, 1, 1e9);
  await store.jobs.end('j', { state: 'failed', attempts: 1, result: null, problem: '{}', ended_at: 20 });
  const [place = 0] = await store.callbacks.due('bob', 20, 9);
  const owed = await store.callbacks.read(place);
  if (owed === undefined) throw new Error('nothing is owed');
  t.equal(owed.account, 'default');
  t.equal(await store.jobs.retry('bob', 'j', 9e9, plenty), 'queued');
  t.strictSame(await store.callbacks.owed(), []);
  await store.callbacks.settle(owed, { state: 'delivered', at: null, failure: null });
  t.match(await store.jobs.find('bob', 'j'), { state: 'queued', callback_state: null, callback_tries: 0 });
  t.match(await store.callbacks.load(), { failing: 0 });
});
