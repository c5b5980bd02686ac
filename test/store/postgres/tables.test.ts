import { randomBytes } from 'node:crypto';
import t from 'tap';
import { createSecretBox } from '../../../src/store/secret-box.ts';
import { ask, createDatabase, empty, noPostgres, openTestStore, own, reopener } from '../../fixtures/postgres.ts';
import { conformAccountTable, studio } from '../account-table-conformance.ts';
import { conformApiKeyTable } from '../api-key-table-conformance.ts';
import { callback, conformCallbackStore } from '../callback-store-conformance.ts';

const url = await createDatabase(t);
const secret = /sssh|def50200a|access-4711|refresh-4711/;
const pair = { accessToken: 'access-4711', refreshToken: 'refresh-4711', issuedAt: 1, expiresAt: 2 };
const endedJob = {
  id: 'j',
  caller: 'bob',
  key: 'j',
  route: '/x',
  fingerprint: 'f',
  address: null,
  language: 'en',
  body: '{}',
  give_up_at: 9e9,
  accepted_at: 1,
} as const;
const integration = { account: 'studio', clientId: 'one' };

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  conformApiKeyTable(t, () => reopener(url));

  conformCallbackStore(t, async () => {
    const { own, callbacks, close } = await reopener(url)();
    return { jobs: own.jobs, callbacks, account: 'one', close };
  });

  t.test('of replicas that take a delivery at once one gets it, and the others once its time is over', async (t) => {
    const { own: account, callbacks, close } = await reopener(url)();
    t.teardown(close);
    const { jobs } = account;
    await callbacks.put(callback('whsec_one'), 5000);
    await jobs.add(endedJob, { jobs: 9, bytes: 1e9 });
    await jobs.take(10, 9, 1e9);
    await jobs.end('j', { state: 'failed', attempts: 1, result: null, problem: '{}', ended_at: 20 });
    const [place = 0] = await callbacks.due('bob', 20, 9);
    const takeAll = (now: number) => Promise.all([1, 2, 3].map(() => callbacks.take(place, now, now + 30)));
    const first = (await takeAll(20)).filter((owed) => owed !== undefined);
    t.equal(first.length, 1);
    t.strictSame(await callbacks.due('bob', 49, 9), []);
    t.equal(await callbacks.nextAt('bob', 49), 50);
    const second = (await takeAll(50)).filter((owed) => owed !== undefined);
    t.equal(second.length, 1, 'as where the first was killed');
    for (const owed of [...second, ...first]) {
      if (owed !== undefined) await callbacks.settle(owed, { state: 'delivered', at: null, failure: null });
    }
    t.match(await jobs.find('bob', 'j'), { callback_state: 'delivered', callback_tries: 1, callback_at: null });
  });

  conformAccountTable(t, () => {
    const open = reopener(url);
    return async () => {
      const { accounts, apiKeys, callbacks, of, expire, close } = await open();
      // An account is owned once it is there.
      const epoch = async (account: string) =>
        (await ask(url, 'SELECT 1 FROM accounts WHERE id = $1', [account])).length > 0 ? own(url, account) : 0;
      return {
        accounts,
        apiKeys,
        callbacks,
        of: async (account: string) => of(account, await epoch(account)),
        expire,
        close,
      };
    };
  });

  t.test(
    'another key than that of the others is refused before there is any secret, and a new one comes with it',
    async (t) => {
      const [old, fresh] = [randomBytes(32), randomBytes(32)];
      const open = async (...keys: [Buffer, ...Buffer[]]) =>
        (await openTestStore(url, { box: createSecretBox(keys) })).store.close();
      await empty(url);
      await open(old);
      await open(old);
      const word = JSON.stringify(await ask(url, 'SELECT * FROM secret_key'));
      for (const encoding of ['hex', 'base64', 'base64url', 'latin1'] as const)
        t.notOk(word.includes(old.toString(encoding)));
      await t.rejects(open(fresh), {
        name: 'SettingError',
        message: /^SECRET_KEY lacks the key .*: expected new,old; no secret is sealed with it.*DELETE FROM secret_key$/,
      });
      await open(old, fresh);
      await open(fresh, old);
      await open(old, fresh);
      await open(fresh, old);
      await open(fresh);
      await t.rejects(open(old), { name: 'SettingError' });
      await ask(url, 'DELETE FROM secret_key');
      await open(old);
    },
  );

  t.test(
    'no secret stands in the database; with the new key and the old one the old one can be given up',
    async (t) => {
      const [old, fresh] = [randomBytes(32), randomBytes(32)];
      const open = async (...keys: [Buffer, ...Buffer[]]) =>
        (await openTestStore(url, { box: createSecretBox(keys) })).store;
      await empty(url);
      const first = await open(old);
      await first.accounts.put(studio);
      await (await first.of('studio', await own(url, 'studio')).tokens(integration)).keep('hash', pair);
      await first.callbacks.put(callback('whsec_sssh'), 5000);
      await first.callbacks.put(callback('whsec_def50200a'), 5000);
      await first.close();
      const rows = await Promise.all(
        ['accounts', 'tokens', 'grants', 'callbacks'].map((table) => ask(url, `SELECT * FROM ${table}`)),
      );
      t.notMatch(JSON.stringify(rows), secret);
      t.match(JSON.stringify(rows), /sealed:/);
      await t.rejects(open(fresh), { name: 'SettingError', message: /^SECRET_KEY lacks/ });
      await (await open(fresh, old)).close();
      const last = await open(fresh);
      t.teardown(() => last.close());
      t.strictSame(await last.accounts.find('studio'), studio);
      t.match((await last.of('studio').tokens(integration)).pair(), pair);
      t.match(await last.callbacks.find('bob'), { secret: 'whsec_def50200a', old: { secret: 'whsec_sssh' } });
    },
  );
}
