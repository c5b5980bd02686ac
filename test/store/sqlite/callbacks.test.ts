import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { createSecretBox } from '../../../src/store/secret-box.ts';
import { openAccountStore } from '../../fixtures/store.ts';
import { callback, conformCallbackStore } from '../callback-store-conformance.ts';

conformCallbackStore(t, async (t) => {
  const { jobs, callbacks, close } = await openAccountStore(t.testdir());
  return { jobs, callbacks, account: 'default', close: async () => close() };
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
