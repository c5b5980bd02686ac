import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import t from 'tap';
import { migrate } from '../../../src/store/postgres/migrate.ts';
import { migrations } from '../../../src/store/postgres/migrations.ts';
import { StoreError } from '../../../src/store/store-error.ts';
import { ask, createDatabase, noPostgres } from '../../fixtures/postgres.ts';
import { startTcpProxy } from '../../fixtures/tcp-proxy.ts';

const url = await createDatabase(t);

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('of several that start at once one makes the tables, and later ones find them', async (t) => {
    await Promise.all([1, 2, 3].map(() => migrate(url, 0)));
    await migrate(url, 0);
    t.strictSame(await ask(url, 'SELECT version FROM schema_version'), [{ version: migrations.length }]);
    await ask(url, 'UPDATE schema_version SET version = 1000');
    await migrate(url, 0);
    t.strictSame(await ask(url, 'SELECT version FROM schema_version'), [{ version: 1000 }], 'a newer release was here');
    await ask(url, 'UPDATE schema_version SET version = $1', [migrations.length]);
  });

  t.test('a table that is to be changed and is in use keeps back nobody else meanwhile', async (t) => {
    await ask(url, `DROP TABLE deletion_count; ALTER TABLE accounts DROP COLUMN added_after`);
    await ask(url, 'UPDATE schema_version SET version = $1', [migrations.length - 1]);
    // As a dump has it.
    const dump = new Client({ connectionString: url });
    await dump.connect();
    await dump.query('BEGIN; LOCK TABLE accounts IN ACCESS SHARE MODE');
    let isDone = false;
    const migrated = migrate(url, 60_000).finally(() => {
      isDone = true;
    });
    const waits = "SELECT 1 FROM pg_locks WHERE relation = 'accounts'::regclass AND NOT granted";
    for (let times = 0; times < 2; times += 1) {
      while ((await ask(url, waits)).length === 0) await sleep(5);
      await ask(url, "SET lock_timeout = '1s'; SELECT 1 FROM accounts FOR SHARE");
    }
    t.notOk(isDone);
    await dump.end();
    await migrated;
    t.match(await ask(url, 'SELECT version, deletions FROM schema_version, deletion_count'), [
      { version: migrations.length, deletions: '0' },
    ]);
  });

  t.test('a table that stays in use ends the start with one line', async (t) => {
    await ask(url, 'DROP TABLE deletion_count; ALTER TABLE accounts DROP COLUMN added_after');
    await ask(url, 'UPDATE schema_version SET version = $1', [migrations.length - 1]);
    const dump = new Client({ connectionString: url });
    await dump.connect();
    await dump.query('BEGIN; LOCK TABLE accounts IN ACCESS SHARE MODE');
    await t.rejects(migrate(url, 0), { name: 'StoreError', message: /lock timeout/ });
    await dump.end();
    await migrate(url, 0);
  });

  t.test('a start waits for a database that comes up', async (t) => {
    const proxy = await startTcpProxy(url);
    t.teardown(proxy.close);
    proxy.set('cut');
    const migrated = migrate(proxy.url, 60_000);
    proxy.set('pass');
    await migrated;
  });

  t.test('a start asks once more where a database falls silent after its greeting', async (t) => {
    const { hostname: host, port } = new URL(url);
    let calls = 0;
    const silentAtFirst = createServer((client) => {
      calls += 1;
      // "You are in" and "ready for a statement", of PostgreSQL's protocol 3.0.
      if (calls === 1) client.once('data', () => client.write(Buffer.from('R\0\0\0\b\0\0\0\0Z\0\0\0\x05I', 'latin1')));
      else client.pipe(connect({ host, port: Number(port) })).pipe(client);
      client.on('error', () => undefined);
    }).listen(0, '127.0.0.1');
    await once(silentAtFirst, 'listening');
    t.teardown(() => silentAtFirst.close());
    const address = silentAtFirst.address();
    const proxied = new URL(url);
    if (address !== null && typeof address === 'object') proxied.port = String(address.port);
    await migrate(String(proxied), 60_000);
    t.equal(calls, 2);
  });

  t.test('what cannot be used is refused with one line, which shows no password', async (t) => {
    const nobody = createServer().listen(0, '127.0.0.1');
    await once(nobody, 'listening');
    const address = nobody.address();
    const port = typeof address === 'object' ? address?.port : 0;
    nobody.close();
    const latin = new URL(url);
    latin.pathname += '_latin';
    await ask(url, `CREATE DATABASE ${latin.pathname.slice(1)} ENCODING 'LATIN1' TEMPLATE template0`);
    t.teardown(() => ask(url, `DROP DATABASE ${latin.pathname.slice(1)} WITH (FORCE)`));
    const shared = new URL(url);
    shared.pathname += '_shared';
    await ask(url, `CREATE DATABASE ${shared.pathname.slice(1)}`);
    t.teardown(() => ask(url, `DROP DATABASE ${shared.pathname.slice(1)} WITH (FORCE)`));
    await ask(
      String(shared),
      "CREATE TABLE schema_version (version text); INSERT INTO schema_version VALUES ('V1__init')",
    );
    const absent = new URL(url);
    absent.pathname = '/absent';
    for (const [wrong, expected] of [
      [`postgres://u:sssh@127.0.0.1:${port}/x`, /^DATABASE_URL: expected a PostgreSQL that answers \(.*ECONNREFUSED/],
      [
        String(absent),
        /^DATABASE_URL: expected a database that is there: make it with createdb, .* \(database "absent" does not exist\)$/,
      ],
      [String(latin), /^DATABASE_URL: expected a database in UTF8 \(it is in LATIN1\)$/],
      [String(shared), /^DATABASE_URL: expected a database in which .* \(its table schema_version is that of another/],
      ['postgres://u:sssh@[', /^DATABASE_URL: expected postgres:\/\/user:password@host:port\/database/],
    ] as const) {
      const error = await migrate(wrong, 0).catch((refusal: unknown) => refusal);
      t.ok(error instanceof StoreError, wrong);
      const { message } = error instanceof Error ? error : { message: '' };
      t.match(message, expected);
      t.notMatch(message, /sssh|\n/);
    }
  });

  t.test('a database that does not answer is given up', async (t) => {
    const proxy = await startTcpProxy(url);
    t.teardown(proxy.close);
    proxy.set('hole');
    await t.rejects(migrate(proxy.url, 0), { message: /^DATABASE_URL: expected a PostgreSQL that answers/ });
  });
}
