import { Pool } from 'pg';
import t from 'tap';
import { ask, createDatabase, noPostgres, openTestStore, own } from '../../fixtures/postgres.ts';

const url = await createDatabase(t);
const account = 'one';
const kept = 20_000;

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('what many keys at once cost does not grow with the keys that are kept', async (t) => {
    const { store } = await openTestStore(url);
    t.teardown(() => store.close());
    const { keys } = store.of(account, await own(url, account));
    const fill =
      "INSERT INTO keys SELECT $1, 'bob', 'old-' || n, 'f', '{}', NULL, $2 FROM generate_series(1, $3::integer) AS n";
    await ask(url, fill, [account, Date.now(), kept]);
    const writes =
      'INSERT INTO writes (account, caller, key, step, name, method, collection, body, sent_at, ended_at) ' +
      "SELECT account, caller, key, 0, 'create', 'POST', 'contacts', '{}', $1, $1 FROM keys";
    await ask(url, writes, [Date.now()]);
    const names = Array.from({ length: 250 }, (_, index) => ({ caller: 'bob', key: `old-${index + 1}` }));
    const row = { fingerprint: 'f', checkpoint: '{}', response: null, address: null };

    for (const statistics of ['without statistics', 'with statistics']) {
      if (statistics === 'with statistics') await ask(url, 'ANALYZE');
      const { query } = Pool.prototype;
      const asked = t.capture(Pool.prototype, 'query', query);
      await Promise.all(names.map((name) => keys.find(name)));
      await Promise.all(
        names.map((name) => keys.put({ name, row, writes: [{ step: 0, name: 'create', row: undefined }] })),
      );
      await Promise.all(names.map((name) => keys.drop(name)));
      const statements = asked();
      asked.restore();
      t.ok(statements.length >= 3);
      for (const { args } of statements) {
        const [text, values]: unknown[] = args;
        const plan = await ask(url, `EXPLAIN ${text}`, Array.isArray(values) ? values : []);
        t.notMatch(JSON.stringify(plan), /Hash Join|Merge Join|Seq Scan on (keys|writes)/, statistics);
      }
    }
  });
}
