import { closeSync, existsSync, openSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import { migrations } from '../../../src/store/sqlite/migrations.ts';
import { openAccountStore } from '../../fixtures/store.ts';

t.test('a large file is checked as a whole only after an end that was none', async (t) => {
  const directory = t.testdir();
  const file = join(directory, 'journal.db');
  const first = await openAccountStore(directory);
  const checkpoint = JSON.stringify('x'.repeat(2 ** 20));
  for (let key = 0; key < 70; key += 1) {
    const row = { fingerprint: 'f', checkpoint, response: '{}', address: null };
    await first.keys.put({ name: { caller: 'bob', key: `${key}` }, row, writes: [] });
  }
  first.close();
  t.notOk(existsSync(`${file}-wal`));
  const descriptor = openSync(file, 'r+');
  writeSync(descriptor, Buffer.alloc(8192, 0x55), 0, 8192, Math.floor(statSync(file).size / 2 / 4096) * 4096);
  closeSync(descriptor);

  (await openAccountStore(directory)).close();
  writeFileSync(`${file}-wal`, '');
  await t.rejects(openAccountStore(directory), { name: 'StoreError', message: /the file is damaged/ });
});

t.test('rows of a release that knew one account belong to that of the settings', async (t) => {
  const directory = t.testdir();
  const older = new DatabaseSync(join(directory, 'journal.db'));
  older.exec(`${migrations.slice(0, 6).join(';')}; PRAGMA user_version = 6`);
  const now = Date.now();
  older.exec(
    `INSERT INTO keys VALUES ('bob', 'one', 'f', '{}', '{"a":1}', ${now}), ('bob', 'two', 'g', '{}', NULL, ${now})`,
  );
  older.exec(
    'INSERT INTO writes (place, caller, key, step, name, method, collection, body, sent_at, ended_at, before) VALUES ' +
      "(9, 'bob', 'two', 0, 'late', 'POST', 'leads', '{}', 1, 2, NULL), (3, 'bob', 'two', 0, 'early', 'PATCH', 'leads', '{}', 1, 2, '[7]')",
  );
  older.exec(`INSERT INTO claims (collection, id, at) VALUES ('leads', 5, ${now})`);
  older.exec(`INSERT INTO doubts VALUES ('x', ${now + 1000})`);
  older.exec(
    'INSERT INTO jobs (id, caller, key, route, fingerprint, state, attempts, give_up_at, accepted_at, size, body) ' +
      `VALUES ('j', 'bob', 'three', '/x', 'f', 'queued', 2, ${now + 1e6}, ${now}, 2, '{}')`,
  );
  older.close();
  const { keys, jobs, claims, doubts, of, expire, close } = await openAccountStore(directory, { waitMs: 0 });
  t.teardown(close);
  t.match(await keys.find({ caller: 'bob', key: 'one' }), {
    row: { fingerprint: 'f', response: '{"a":1}' },
    writes: [],
  });
  t.match(await keys.find({ caller: 'bob', key: 'two' }), {
    row: { response: null },
    writes: [
      { name: 'early', before: '[7]' },
      { name: 'late', before: null },
    ],
  });
  t.match(await keys.openCreates(0), [{ name: 'late' }]);
  t.match(await claims.recent(), [{ collection: 'leads', id: 5 }]);
  t.match(await doubts.recent(), [{ identity: 'x' }]);
  t.match(await jobs.find('bob', 'j'), { state: 'queued', attempts: 2, language: 'en' });
  t.match(await jobs.take(now, 5, 100), [{ id: 'j', body: '{}' }]);
  t.strictSame(await of('another').claims.recent(), []);
  await keys.drop({ caller: 'bob', key: 'two' });
  t.strictSame(await keys.openCreates(0), [], 'writes go with their key, as before');
  await expire();
  t.match(await keys.find({ caller: 'bob', key: 'one' }), { row: { fingerprint: 'f' } });
});
