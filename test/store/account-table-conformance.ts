import { setImmediate } from 'node:timers/promises';
import type { Test } from 'tap';
import type { AccountRecord } from '../../src/config/account-settings.ts';
import type { AccountTable } from '../../src/config/account-table.ts';
import type { ApiKeyTable } from '../../src/config/api-key-table.ts';
import type { CallbackStore } from '../../src/jobs/callbacks/callback-store.ts';
import type { AccountStore } from '../../src/store/store.ts';

export interface OpenedAccountTable {
  accounts: AccountTable;
  apiKeys: ApiKeyTable;
  callbacks: CallbackStore;
  /** What an account has, which is owned if it is there. */
  of(account: string): Promise<AccountStore>;
  /** Deletes what has expired. */
  expire(): Promise<void>;
  close(): Promise<void>;
}

/** Makes an empty store for a test, and gives what opens it again and again. */
export type MakeAccountTable = (t: Test) => () => Promise<OpenedAccountTable>;

export const studio: AccountRecord = {
  id: 'studio',
  baseUrl: 'https://studio.amocrm.ru',
  access: { client_id: 'one', client_secret: 'sssh', redirect_uri: 'https://example.com', refresh_token: 'def50200a' },
  fieldMap: { source: { id: 1, type: 'select' } },
  rateLimit: 7,
  batchSize: 50,
  isDisabled: false,
};
const garage: AccountRecord = { ...studio, id: 'garage', access: { access_token: 'long-lived' }, isDisabled: true };
const pair = { accessToken: 'a', refreshToken: 'r', issuedAt: 1000, expiresAt: 2000 };
const name = { caller: 'bob', key: 'one' };
const change = { name, row: { fingerprint: 'f', checkpoint: '{}', response: '{}', address: null }, writes: [] };
const job = {
  ...name,
  route: '/x',
  fingerprint: 'f',
  address: null,
  language: 'en' as const,
  body: '{}',
  accepted_at: 1_800_000_000_000,
  give_up_at: 1_900_000_000_000,
};
const plenty = { jobs: 1000, bytes: 1e9 };

/** What is expected of whatever keeps accounts. */
export function conformAccountTable(t: Test, make: MakeAccountTable): void {
  async function start(t: Test) {
    const open = make(t);
    let store = await open();
    t.teardown(() => store.close());
    return {
      store: () => store,
      async restart() {
        await store.close();
        store = await open();
      },
      async removeCutOff() {
        await store.accounts.remove('studio');
        const cleared = store.accounts.clear('studio').catch(() => undefined); // It is cut off.
        await setImmediate();
        await store.close();
        store = await open();
        await cleared;
      },
    };
  }

  t.test('an account is found as it was put, after a restart too, and replaced as a whole', async (t) => {
    const { store, restart } = await start(t);
    t.equal(await store().accounts.find('studio'), undefined);
    t.strictSame(await store().accounts.list(), []);
    await store().accounts.put(studio);
    await store().accounts.put(garage);
    await restart();
    t.strictSame(await store().accounts.find('studio'), studio);
    t.strictSame(await store().accounts.list(), [garage, studio]);
    const other = { ...studio, baseUrl: 'https://other.amocrm.ru', fieldMap: {}, rateLimit: 3 };
    await store().accounts.put(other);
    t.strictSame(await store().accounts.find('studio'), other);
  });

  t.test('tokens are an account’s own, and go where it is to forget them', async (t) => {
    const { store } = await start(t);
    const tokens = async (account: string) => (await store().of(account)).tokens({ account, clientId: 'one' });
    for (const account of ['studio', 'garage']) {
      await store().accounts.put({ ...studio, id: account });
      await (await tokens(account)).begin('hash', 5);
      await (await tokens(account)).keep('hash', { ...pair, accessToken: `of ${account}` });
    }
    t.match((await tokens('studio')).pair(), { accessToken: 'of studio' });
    await store().accounts.put(studio);
    t.match((await tokens('studio')).pair(), { accessToken: 'of studio' });
    const times = await store().accounts.tokenTimes();
    t.same(
      times.toSorted((a, b) => a.account.localeCompare(b.account)),
      ['garage', 'studio'].map((account) => ({ account, issuedAt: 1000, expiresAt: 2000 })),
    );
    await store().accounts.put(studio, { forgetsTokens: true });
    t.equal((await tokens('studio')).pair(), undefined);
    t.equal((await tokens('studio')).find('hash'), undefined);
    t.match((await tokens('garage')).pair(), { accessToken: 'of garage' });
  });

  t.test('what is deleted leaves nothing behind, and the others alone', async (t) => {
    const { store, restart } = await start(t);
    for (const account of ['studio', 'garage']) {
      await store().accounts.put({ ...studio, id: account });
      const { keys, jobs, tokens } = await store().of(account);
      await (await tokens({ account, clientId: 'one' })).keep('hash', pair);
      await Promise.all(Array.from({ length: 250 }, (_, i) => keys.put({ ...change, name: { ...name, key: `${i}` } })));
      await jobs.add({ ...job, id: `job of ${account}` }, plenty);
    }
    t.strictSame(await store().accounts.withOpenJobs(), ['garage', 'studio']);
    t.equal(await store().accounts.remove('studio'), true);
    t.equal(await store().accounts.remove('studio'), false);
    await store().accounts.clear('studio');
    await restart();
    t.equal(await store().accounts.find('studio'), undefined);
    const [gone, left] = [await store().of('studio'), await store().of('garage')];
    t.equal((await gone.tokens({ account: 'studio', clientId: 'one' })).pair(), undefined);
    t.equal(await gone.keys.find({ ...name, key: '7' }), undefined);
    t.equal(await gone.jobs.find('bob', 'job of studio'), undefined);
    t.match(await left.keys.find({ ...name, key: '7' }), { row: { response: '{}' } });
    t.strictSame(await store().accounts.withOpenJobs(), ['garage']);
    t.match(await store().accounts.tokenTimes(), [{ account: 'garage' }]);
  });

  t.test('what the end of the process leaves of a deleted account is not for the next one of its id', async (t) => {
    const { store, removeCutOff } = await start(t);
    const caller = { caller: 'bob' };
    const names = Array.from({ length: 1100 }, (_, i) => ({ ...caller, key: `${i}` }));
    await store().accounts.put(studio);
    const before = await store().of('studio');
    await Promise.all(names.map((name) => before.keys.put({ ...change, name })));
    await before.jobs.add({ ...job, id: 'job of studio' }, plenty);
    await before.addresses.put(studio.baseUrl, 7);
    await removeCutOff();
    await store().accounts.put({ ...studio, baseUrl: 'https://other.amocrm.ru' });
    const after = await store().of('studio');
    const found = await Promise.all(names.map((name) => after.keys.find(name)));
    t.equal(found.filter((key) => key !== undefined).length, 0);
    t.equal(await after.jobs.find('bob', 'job of studio'), undefined);
    t.equal(await after.addresses.find(studio.baseUrl), undefined);
    await after.keys.put(change);
    await store().accounts.put(studio);
    t.match(await (await store().of('studio')).keys.find(name), { row: { response: '{}' } }, 'and that for once');
  });

  t.test('open jobs that the end of the process leaves of a deleted account are nobody’s, and go', async (t) => {
    const { store, removeCutOff } = await start(t);
    const names = Array.from({ length: 1100 }, (_, i) => ({ caller: 'bob', key: `${i}` }));
    for (const again of ['deletion', 'sweep'] as const) {
      await store().accounts.put(studio);
      const before = await store().of('studio');
      await Promise.all(names.map((name) => before.keys.put({ ...change, name })));
      await before.jobs.add({ ...job, id: 'job of studio' }, plenty);
      await removeCutOff();
      t.strictSame(await store().accounts.withOpenJobs(), []);
      if (again === 'deletion') await store().accounts.clear('studio');
      else await store().expire();
      const after = await store().of('studio');
      t.equal(await after.jobs.find('bob', 'job of studio'), undefined, again);
      const left = await Promise.all(names.map((name) => after.keys.find(name)));
      t.equal(left.filter((key) => key !== undefined).length, 0, again);
    }
  });

  t.test('callbacks that are owed for a deleted account go with it, where the process ended before, too', async (t) => {
    const { store, removeCutOff } = await start(t);
    const names = Array.from({ length: 1100 }, (_, i) => ({ caller: 'bob', key: `${i}` }));
    const end = { attempts: 1, result: '{}', problem: null, state: 'succeeded', ended_at: 10 } as const;
    await store().callbacks.put({ caller: 'bob', url: 'https://example.com/', secret: 'whsec', changedAt: 1 }, 1);
    await store().accounts.put(studio);
    const before = await store().of('studio');
    await Promise.all(names.map((name) => before.keys.put({ ...change, name })));
    await before.jobs.add({ ...job, id: 'job of studio' }, plenty);
    await before.jobs.take(10, 1, 1e9);
    await before.jobs.end('job of studio', end);
    const [place = 0] = await store().callbacks.due('bob', 20, 9);
    t.strictSame(await store().callbacks.owed(), ['bob']);
    await removeCutOff();
    t.strictSame(await store().callbacks.owed(), []);
    t.strictSame(await store().callbacks.due('bob', 20, 9), []);
    t.equal(await store().callbacks.nextAt('bob', 0), undefined);
    t.equal(await store().callbacks.take(place, 20, 21), undefined);
  });

  t.test('callers’ keys for a deleted account alone go with it, those for several lose it', async (t) => {
    const { store } = await start(t);
    await store().accounts.put(studio);
    await store().accounts.put(garage);
    for (const [id, accounts] of [
      ['alone', ['studio']],
      ['first', ['studio', 'garage', 'attic']],
      ['other', ['garage']],
      ['all', null],
    ] as const) {
      await store().apiKeys.add(id, { id, caller: 'bob', accounts: accounts && [...accounts], createdAt: 1 });
    }
    t.equal(await store().accounts.remove('nowhere'), false);
    t.equal(await store().accounts.remove('studio'), true);
    const left = (await store().apiKeys.list()).map(({ id, accounts }) => [id, accounts]);
    t.strictSame(left, [
      ['all', null],
      ['first', ['garage', 'attic']],
      ['other', ['garage']],
    ]);
    t.equal(await store().apiKeys.find('alone'), undefined);
    t.match(await store().apiKeys.find('first'), { accounts: ['garage', 'attic'] });
  });

  t.test('keys of idempotency stay when the address of an account changes', async (t) => {
    const { store } = await start(t);
    for (const account of ['studio', 'garage']) {
      await store().accounts.put({ ...studio, id: account });
      await (await store().of(account)).keys.put(change);
    }
    await store().accounts.put({ ...studio, rateLimit: 3 });
    t.match(await (await store().of('studio')).keys.find(name), { row: { response: '{}' } });
    await store().accounts.put({ ...studio, baseUrl: 'https://other.amocrm.ru' });
    t.match(await (await store().of('studio')).keys.find(name), { row: { response: '{}' } });
    t.match(await (await store().of('garage')).keys.find(name), { row: { response: '{}' } });
  });
}
