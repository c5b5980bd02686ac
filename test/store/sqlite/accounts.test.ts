import { randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { createSecretBox } from '../../../src/store/secret-box.ts';
import { openStore } from '../../../src/store/sqlite/open.ts';
import { conformAccountTable, studio } from '../account-table-conformance.ts';

conformAccountTable(t, (t) => {
  const directory = t.testdir();
  const box = createSecretBox([randomBytes(32)]);
  return async () => {
    const { accounts, apiKeys, callbacks, of, expire, close } = await openStore(directory, { waitMs: 0, box });
    return { accounts, apiKeys, callbacks, of: async (account) => of(account), expire, close: async () => close() };
  };
});

t.test('an account with many open jobs is deleted in small parts', async (t) => {
  const directory = t.testdir();
  const { accounts, of, close } = await openStore(directory, { box: createSecretBox([randomBytes(32)]) });
  const reader = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  t.teardown(() => {
    reader.close();
    close();
  });
  await accounts.put(studio);
  const times = { accepted_at: 1, give_up_at: 2e12 };
  const job = { caller: 'bob', route: '/x', fingerprint: 'f', address: null, language: 'en', body: '{}' } as const;
  const { jobs } = of('studio');
  const ids = Array.from({ length: 2000 }, (_, place) => `${place}`);
  await Promise.all(ids.map((id) => jobs.add({ ...job, ...times, id, key: id }, { jobs: 2000, bytes: 1e9 })));
  const count = reader.prepare('SELECT count(*) AS open FROM jobs WHERE ended_at IS NULL');
  const open = () => Number(count.get()?.open);
  let isCleared = false;
  await accounts.remove('studio');
  const cleared = accounts.clear('studio').then(() => {
    isCleared = true;
  });
  let most = 0;
  for (let before = open(); !isCleared; ) {
    await setImmediate();
    const now = open();
    most = Math.max(most, before - now);
    before = now;
  }
  await cleared;
  t.equal(open(), 0);
  t.ok(most > 0 && most <= 100, `${most} in one turn of the event loop`);
});

const secret = /sssh|def50200a|access-4711|refresh-4711/;
const pair = { accessToken: 'access-4711', refreshToken: 'refresh-4711', issuedAt: 1, expiresAt: 2 };
const integration = { account: 'studio', clientId: 'one' };

function files(directory: string): string {
  return readdirSync(directory)
    .map((file) => readFileSync(join(directory, file), 'latin1'))
    .join('');
}

t.test('no secret stands in any file', async (t) => {
  const directory = t.testdir();
  const { accounts, of, close } = await openStore(directory, { box: createSecretBox([randomBytes(32)]) });
  await accounts.put(studio);
  await (await of('studio').tokens(integration)).keep('hash', pair);
  t.notMatch(files(directory), secret);
  t.match((await of('studio').tokens(integration)).pair(), pair);
  close();
  t.notMatch(files(directory), secret);
});

t.test('one start with the new key and the old one is enough to give up the old one', async (t) => {
  const directory = t.testdir();
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const open = (...keys: [Buffer, ...Buffer[]]) => openStore(directory, { waitMs: 0, box: createSecretBox(keys) });
  const first = await open(old);
  await first.accounts.put(studio);
  await (await first.of('studio').tokens(integration)).keep('hash', pair);
  first.close();
  await t.rejects(open(fresh), { name: 'SettingError', message: /^SECRET_KEY lacks/ });
  (await open(fresh, old)).close();
  const last = await open(fresh);
  t.teardown(() => last.close());
  t.strictSame(await last.accounts.find('studio'), studio);
  t.match((await last.of('studio').tokens(integration)).pair(), pair);
});

t.test('tokens from before there was a key are sealed at the next start; none is refused afterwards', async (t) => {
  const directory = t.testdir();
  const before = await openStore(directory);
  await (await before.of('studio').tokens(integration)).keep('hash', pair);
  before.close();
  t.match(files(directory), secret);
  const box = createSecretBox([randomBytes(32)]);
  const sealed = await openStore(directory, { box });
  t.match((await sealed.of('studio').tokens(integration)).pair(), pair);
  sealed.close();
  t.notMatch(files(directory), secret);
  await t.rejects(openStore(directory, { waitMs: 0 }), { name: 'SettingError', message: /^SECRET_KEY/ });
});
