import { copyFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import t from 'tap';
import { openAccountStore } from '../../fixtures/store.ts';

const hourMs = 3_600_000;

function count(directory: string): unknown {
  const reader = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  const row = reader.prepare('SELECT count(*) AS count FROM claims').get();
  reader.close();
  return row?.count;
}

t.test('ids that were named outlive a killed process, latest last, for longer than a key', async (t) => {
  const directory = t.testdir({ killed: {} });
  let now = 1_000 * hourMs;
  const store = await openAccountStore(directory, { now: () => now });
  t.teardown(() => store.close());
  store.claims.add('leads', 1, now - 24 * hourMs);
  store.claims.add('contacts', 2 ** 53 - 1, now + 0.4);
  await setImmediate();
  for (const file of ['journal.db', 'journal.db-wal'])
    copyFileSync(join(directory, file), join(directory, 'killed', file));

  const next = await openAccountStore(join(directory, 'killed'), { now: () => now });
  t.teardown(() => next.close());
  t.strictSame(
    (await next.claims.recent()).map(({ ...claim }) => claim),
    [
      { collection: 'leads', id: 1, at: now - 24 * hourMs, address: null },
      { collection: 'contacts', id: 2 ** 53 - 1, at: now, address: null },
    ],
  );
  now += 2 * hourMs;
  t.match(await next.claims.recent(), [{ collection: 'contacts' }]);
});

t.test('the sweep deletes what is older', async (t) => {
  const directory = t.testdir();
  let now = 1_000 * hourMs;
  const store = await openAccountStore(directory, { now: () => now });
  t.teardown(() => store.close());
  for (let id = 1; id <= 250; id += 1) store.claims.add('leads', id, now);
  now += 24 * hourMs;
  store.claims.add('leads', 251, now);
  await store.expire();
  t.equal(count(directory), 251);
  now += 2 * hourMs;
  await store.expire();
  t.equal(count(directory), 1);
});

t.test('what the disk does not take is told, and written with what comes next', async (t) => {
  const directory = t.testdir();
  const errors: unknown[] = [];
  const store = await openAccountStore(directory, { onError: (error) => errors.push(error) });
  t.teardown(() => store.close());
  const holder = new DatabaseSync(join(directory, 'journal.db'));
  holder.exec('BEGIN IMMEDIATE');
  store.claims.add('leads', 1, Date.now());
  store.claims.add('leads', 2, Date.now());
  await setImmediate();
  t.match(errors, [{ code: 'ERR_SQLITE_ERROR' }]);
  holder.close();
  store.claims.add('leads', 3, Date.now());
  await setImmediate();
  t.strictSame(
    (await store.claims.recent()).map(({ id }) => id),
    [1, 2, 3],
  );
});
