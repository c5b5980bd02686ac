import { Client } from 'pg';
import t from 'tap';
import { ask, createDatabase, noPostgres, reopener } from '../../fixtures/postgres.ts';
import { conformKeyStore } from '../key-store-conformance.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  conformKeyStore(t, (_t, now) => {
    const open = reopener(url, { now });
    return async () => {
      const { own, others, expire, close } = await open();
      return { keys: own.keys, others: others.keys, expire, close };
    };
  });

  t.test('an id is claimed in one commit with the answer of its key: nobody sees it before', async (t) => {
    const { own, close } = await reopener(url)();
    t.teardown(close);
    const name = { caller: 'bob', key: 'one' };
    const row = { fingerprint: 'f', checkpoint: '{}', response: null, address: null };
    await own.keys.put({ name, row, writes: [] });
    const holder = new Client({ connectionString: url });
    await holder.connect();
    t.teardown(() => holder.end());
    await holder.query('BEGIN');
    await holder.query('SELECT 1 FROM keys FOR UPDATE');
    const claims = [{ collection: 'contacts', id: 7, at: 1, address: null }];
    const put = own.keys.put({ name, row: { ...row, response: '{}' }, writes: [], claims });
    while ((await ask(url, waiting)).length === 0);
    t.strictSame(await ask(url, 'SELECT id FROM claims'), []);
    await holder.query('COMMIT');
    await put;
    t.strictSame(await ask(url, 'SELECT id FROM claims'), [{ id: '7' }]);
  });

  const waiting = "SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'";
}
