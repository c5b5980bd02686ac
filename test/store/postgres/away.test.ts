import { Client } from 'pg';
import t from 'tap';
import { createDatabase, empty, noPostgres, openTestStore, own } from '../../fixtures/postgres.ts';
import { startTcpProxy } from '../../fixtures/tcp-proxy.ts';

const url = await createDatabase(t);
const name = { caller: 'bob', key: 'one' };
const put = { name, row: { fingerprint: 'f', checkpoint: '{}', response: '{}', address: null }, writes: [] };

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('a table that somebody has locked is a fault of its own, which keeps back nothing else', async (t) => {
    const { store } = await openTestStore(url);
    t.teardown(() => store.close());
    const holder = new Client({ connectionString: url });
    await holder.connect();
    await holder.query('BEGIN; LOCK TABLE api_keys');
    await t.rejects(store.apiKeys.list(), {
      name: 'StoreError',
      kind: 'busy',
      mayBeDone: false,
      message: /has locked a table/,
    });
    t.strictSame(await store.accounts.list(), []);
    await holder.end();
    t.strictSame(await store.apiKeys.list(), []);
  });

  for (const line of ['cut', 'hole'] as const) {
    t.test(`after one time-out everything is refused at once until a sign of life: ${line}`, async (t) => {
      const proxy = await startTcpProxy(url);
      t.teardown(proxy.close);
      const errors: unknown[] = [];
      const { store, replicas } = await openTestStore(proxy.url, { onError: (error) => errors.push(error) });
      t.teardown(() => store.close());
      await empty(url);
      await replicas.join({ id: 'a', url: '', version: '' }, 60_000);
      const { keys, claims } = store.of('one', await own(url, 'one'));
      await keys.put(put);
      proxy.set(line);
      await t.rejects(keys.put(put));
      const message = `DATABASE_URL: the database at ${new URL(proxy.url).host} does not answer`;
      const refused = { name: 'StoreError', message };
      await t.rejects(keys.put(put), refused);
      await t.rejects(keys.find(name), refused);
      await t.rejects(store.accounts.list(), refused);
      await claims.add('leads', 1, Date.now());
      t.match(errors.at(-1), refused, 'whoever does not wait is not held up, and it is told once');
      proxy.set('pass');
      await t.rejects(keys.find(name), refused, 'until it is known that it is back');
      // A connection that was lost may be found so only when it is used.
      while ((await replicas.beat('a', 60_000).catch(() => undefined)) === undefined);
      await keys.put(put);
      t.match(await keys.find(name), { row: put.row });
      await claims.add('leads', 2, Date.now());
      t.match(await claims.recent(), [{ id: 1 }, { id: 2 }], 'what could not be written went with the next');
      t.same((await store.load()).bytes > 0, true);
    });
  }
}
