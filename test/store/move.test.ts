import { randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t, { type Test } from 'tap';
import type { MoveEnd } from '../../src/store/move/end.ts';
import { move } from '../../src/store/move/move.ts';
import { movedTables } from '../../src/store/move/tables.ts';
import { migrate } from '../../src/store/postgres/migrate.ts';
import { openDatabaseToMove } from '../../src/store/postgres/move-end.ts';
import { openPostgres } from '../../src/store/postgres/open.ts';
import { createSecretBox } from '../../src/store/secret-box.ts';
import { openFileToMove } from '../../src/store/sqlite/move-end.ts';
import { openStore } from '../../src/store/sqlite/open.ts';
import type { Store } from '../../src/store/store.ts';
import { ask, createDatabase, empty, noPostgres, own } from '../fixtures/postgres.ts';

const url = await createDatabase(t);
const box = createSecretBox([randomBytes(32)]);
const now = () => 1_800_000_000_000;
const bounds = { jobs: 10, bytes: 10_000 };
const integration = { account: 'garage', clientId: 'ours' };
const pair = { accessToken: 'access-4711', refreshToken: 'refresh-4711', issuedAt: 1, expiresAt: 2 };
const address = 'https://garage.amocrm.ru';
const garage = {
  id: 'garage',
  baseUrl: address,
  access: { access_token: 'token-4711' },
  fieldMap: { contacts: { поле: 1 } },
  rateLimit: 7,
  batchSize: 50,
  isDisabled: true,
};
const name = { caller: 'бот', key: 'k1' };
const row = {
  fingerprint: 'f',
  checkpoint: '{"index":0,"context":{},"steps":[]}',
  response: '{"имя":"\\u0000😀"}',
  address: null,
};
const write = {
  method: 'POST' as const,
  collection: 'leads',
  body: '{}',
  before: '[1]',
  sent_at: 1,
  ended_at: 2,
  answer: null,
};
const newJob = (id: string) => ({
  id,
  caller: 'бот',
  key: id,
  route: '/steps/amocrm_create_lead',
  fingerprint: 'f',
  address: 'https://garage.amocrm.ru',
  language: 'ru' as const,
  give_up_at: now() + 1000,
  accepted_at: now(),
  body: '{"ы":1}',
});

/** Puts something into every table. */
async function fill({ of, accounts, apiKeys, callbacks }: Store, epoch?: number): Promise<void> {
  await accounts.put(garage);
  await apiKeys.add('digest', { id: 'key', caller: 'бот', accounts: ['garage'], createdAt: 1 });
  await callbacks.put({ caller: 'бот', url: 'https://bot.example.com', secret: 'old-4711', changedAt: 1 }, 2);
  await callbacks.put({ caller: 'бот', url: 'https://bot.example.com', secret: 'new-4711', changedAt: 2 }, 3);
  const account = of('garage', epoch);
  await account.keys.put({ name, row, writes: [{ step: 0, name: 'lead #1', row: write }] });
  for (let serial = 0; serial < 120; serial += 1) {
    await account.keys.put({ name: { caller: 'bot', key: `${serial}` }, row, writes: [] });
  }
  await account.addresses.put('https://garage.amocrm.ru', 28_805_383);
  await account.jobs.add(newJob('j1'), bounds);
  await account.jobs.add(newJob('j2'), bounds);
  await account.jobs.end('j1', { state: 'succeeded', attempts: 1, result: '{}', problem: null, ended_at: now() });
  await account.claims.add('leads', 2 ** 53 - 1, now());
  await account.doubts.add(['contacts\u0000name 😀'], now() + 1000);
  const tokens = await account.tokens(integration);
  await tokens.begin('hash', 1);
  await tokens.keep('hash', pair);
  await tokens.begin('another', 2);
  (await account.breaker({ fileId: 'garage', baseUrl: address, onError: fail })).save('blocked', now());
  (await of('default').breaker({ fileId: undefined, baseUrl: 'https://old.amocrm.ru', onError: fail })).save(
    'closed',
    1,
  );
  await account.settle();
}

/** What a store has of it. */
async function look({ of, accounts, apiKeys, callbacks, jobLoad }: Store, epoch?: number) {
  const account = of('garage', epoch);
  const tokens = await account.tokens(integration);
  return {
    account: await accounts.find('garage'),
    apiKeys: await apiKeys.list(),
    isFound: (await apiKeys.find('digest'))?.id,
    callback: await callbacks.find('бот'),
    owed: await callbacks.owed(),
    key: (await account.keys.find(name))?.row.response,
    creates: (await account.keys.openCreates(0)).map(({ key, name, body, before }) => ({ key, name, body, before })),
    jobs: (await account.jobs.list('бот', { limit: 10, maxText: 1000 }))?.jobs.map(
      ({ id, state, language, result }) => ({
        id,
        state,
        language,
        result,
      }),
    ),
    load: await jobLoad(),
    claims: (await account.claims.recent()).map((claim) => ({ ...claim })),
    doubts: (await account.doubts.recent()).map((doubt) => ({ ...doubt })),
    tokens: [tokens.pair(), tokens.find('hash'), tokens.open()],
    breaker: (await account.breaker({ fileId: 'garage', baseUrl: address, onError: fail })).load()?.state,
  };
}

function fail(error: unknown): void {
  throw error;
}

/** All rows of a file, as they stand there. */
function dump(directory: string) {
  const database = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  const rows = movedTables.map(({ name, columns }) => [
    name,
    database.prepare(`SELECT ${Object.keys(columns)} FROM ${name} ORDER BY ${Object.keys(columns)}`).all(),
  ]);
  database.close();
  return JSON.parse(JSON.stringify(Object.fromEntries(rows)));
}

async function filled(t: Test): Promise<string> {
  const directory = t.testdir({});
  const store = await openStore(directory, { waitMs: 0, now, box });
  await fill(store);
  await store.close();
  return directory;
}

async function moving(
  directory: string,
  databaseUrl: string,
  to: 'postgres' | 'sqlite',
  change = (end: MoveEnd) => end,
) {
  const file = await openFileToMove(directory, box, to === 'sqlite');
  try {
    const database = await openDatabaseToMove(databaseUrl, box);
    const [source, target] = to === 'postgres' ? [file, database] : [database, file];
    const told: Record<string, number> = {};
    try {
      await move(source, change(target), (table, rows) => {
        told[table] = rows;
      });
    } finally {
      await database.close();
    }
    return told;
  } finally {
    await file.close();
  }
}

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  const open = () => openPostgres(url, { directory: '.', box, waitMs: 0, now });
  const count = async (table: string) => (await ask(url, `SELECT count(*)::int AS count FROM ${table}`))[0]?.count;

  t.test('no table and no column is forgotten', async (t) => {
    await migrate(url, 0);
    const directory = await filled(t);
    const database = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
    t.teardown(() => database.close());
    const moved = movedTables.map(({ name, columns }) => [name, Object.keys(columns).sort()]).sort();
    const names = database.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").all();
    const inFile = names.map(({ name }) => [
      name,
      database
        .prepare('SELECT name FROM pragma_table_info(?) ORDER BY name')
        .all(name ?? null)
        .map((row) => row.name),
    ]);
    t.strictSame(inFile, moved);
    const rows = await ask(
      url,
      "SELECT table_name AS name, json_agg(column_name::text ORDER BY column_name COLLATE \"C\") AS columns FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT IN ('replicas', 'schema_version', 'deletions', 'deletion_count', 'secret_key') " +
        "AND (table_name, column_name) NOT IN (VALUES ('accounts', 'owner'), ('accounts', 'epoch'), ('accounts', 'rested_at'), ('accounts', 'added_after'), ('accounts', 'config_version'), ('accounts', 'breaker')) GROUP BY 1 ORDER BY 1",
    );
    t.strictSame(
      rows.map(({ name, columns }) => [name, columns]),
      moved,
    );
  });

  t.test('all goes over, and back again, as it was', async (t) => {
    await empty(url);
    const directory = await filled(t);
    const first = await openStore(directory, { waitMs: 0, now, box });
    const before = await look(first);
    first.close();
    const told = await moving(directory, url, 'postgres');
    t.match(told, {
      accounts: 1,
      api_keys: 1,
      callbacks: 1,
      tokens: 1,
      grants: 2,
      keys: 121,
      writes: 1,
      claims: 1,
      jobs: 2,
    });
    t.match(told, { doubts: 1, breakers: 2 });
    const dumped = JSON.stringify(await ask(url, 'SELECT * FROM tokens, accounts, callbacks'));
    t.notMatch(dumped, /4711/, 'secrets stay sealed');

    const { store } = await open();
    t.strictSame(await look(store), before);
    // What is added later comes after it.
    const epoch = await own(url, 'garage');
    t.equal(await store.of('garage', epoch).jobs.add(newJob('j3'), bounds), 'added');
    await store.of('garage', epoch).claims.add('leads', 8, now());
    t.match(await store.of('garage').jobs.list('бот', { limit: 2, maxText: 1000 }), {
      jobs: [{ id: 'j3' }, { id: 'j2' }],
    });
    await ask(url, "DELETE FROM jobs WHERE id = 'j3'");
    await ask(url, 'DELETE FROM claims WHERE id = 8');
    await store.close();

    const back = t.testdir({ back: { 'breaker-studio.json': '{}' } });
    t.strictSame(await moving(join(back, 'back'), url, 'sqlite'), told);
    const second = await openStore(join(back, 'back'), { waitMs: 0, now, box });
    t.strictSame(await look(second), before);
    second.close();
    t.equal(statSync(join(back, 'back/journal.db')).mode & 0o777, 0o600);
  });

  t.test('every row is the same after both ways', async (t) => {
    await empty(url);
    const directory = await filled(t);
    const before = dump(directory);
    await moving(directory, url, 'postgres');
    const back = join(directory, 'back');
    await moving(back, url, 'sqlite');
    t.strictSame(dump(back), before);
    for (const file of ['breaker.json', 'breaker-garage.json']) {
      t.equal(readFileSync(join(back, file), 'utf8'), readFileSync(join(directory, file), 'utf8'), file);
    }
  });

  t.test('secrets from before there was a key are sealed on the way', async (t) => {
    await empty(url);
    const directory = t.testdir({});
    const store = await openStore(directory, { waitMs: 0, now });
    await fill(store);
    await store.close();
    t.match(JSON.stringify(dump(directory)), /4711/);
    await moving(directory, url, 'postgres');
    t.notMatch(JSON.stringify(await ask(url, 'SELECT * FROM tokens, accounts, callbacks')), /4711/);
    const { store: moved } = await open();
    t.match(await look(moved), { account: garage, callback: { secret: 'new-4711' } });
    await moved.close();
    const another = createSecretBox([randomBytes(32)]);
    await t.rejects(openDatabaseToMove(url, another), { name: 'SettingError', message: /^SECRET_KEY lacks the key/ });
    await t.rejects(openFileToMove(directory, another, false), { name: 'SettingError' });
  });

  t.test('what is not empty or in use is refused, and left as it is', async (t) => {
    await empty(url);
    const directory = await filled(t);
    await moving(directory, url, 'postgres');
    await t.rejects(moving(directory, url, 'postgres'), {
      name: 'StoreError',
      message:
        'DATABASE_URL: expected an empty database, such as a new one made with createdb (there are rows in its table accounts)',
    });
    await t.rejects(moving(directory, url, 'sqlite'), {
      name: 'StoreError',
      message: /^DATA_DIR .*: expected a directory without a journal: journal\.db has rows in its table accounts$/,
    });
    const nowhere = join(directory, 'nowhere');
    await t.rejects(moving(nowhere, url, 'postgres'), {
      message: /^DATA_DIR .*: expected a directory that holds journal/,
    });

    const running = await openStore(directory, { waitMs: 0, now, box });
    await t.rejects(moving(directory, url, 'postgres'), { message: /a directory that no other process uses/ });
    running.close();
    const { store, replicas } = await open();
    await replicas.join({ id: 'r1', url: '', version: '' }, 60_000);
    await t.rejects(moving(nowhere, url, 'sqlite'), {
      message: /^DATABASE_URL: expected a database that no process uses \(one is running with this/,
    });
    await replicas.leave('r1');
    await store.close();
    t.match(await moving(nowhere, url, 'sqlite'), { keys: 121 });
  });

  t.test('a process that starts meanwhile waits for the end of it, and not for ever', async (t) => {
    await empty(url);
    const directory = await filled(t);
    const file = await openFileToMove(directory, box, false);
    const database = await openDatabaseToMove(url, box);
    await t.rejects(migrate(url, 0), { name: 'StoreError', message: /lock timeout/ });
    const starting = openPostgres(url, { directory: '.', box, waitMs: 60_000, now });
    await move(file, database);
    await Promise.all([database.close(), file.close()]);
    const { store } = await starting;
    t.match(await look(store), { key: row.response });
    await store.close();
  });

  t.test('a place for the owner of an account is nothing', async (t) => {
    await empty(url);
    await own(url, 'garage');
    await own(url, 'default');
    t.match(await moving(await filled(t), url, 'postgres'), { accounts: 1, breakers: 2 });
    t.equal(await count('accounts'), 2);
  });

  for (const to of ['postgres', 'sqlite'] as const) {
    t.test(
      `a move to ${to} that is broken off, or reads back another row, leaves nothing and can be begun again`,
      async (t) => {
        await empty(url);
        const directory = await filled(t);
        const target = to === 'postgres' ? directory : join(directory, 'back');
        if (to === 'sqlite') await moving(directory, url, 'postgres');
        const isLeft = async () =>
          to === 'postgres'
            ? (await count('keys')) !== 0
            : dump(target).keys.length > 0 || dump(target).accounts.length > 0;

        const brokenOff = (end: MoveEnd): MoveEnd => ({
          ...end,
          async write(table, rows) {
            if (table.name === 'jobs') throw new Error('broken off');
            await end.write(table, rows);
          },
        });
        await t.rejects(moving(target, url, to, brokenOff), { message: 'broken off' });
        t.notOk(await isLeft());

        const mistaken = (end: MoveEnd): MoveEnd => ({
          ...end,
          async *read(table) {
            for await (const rows of end.read(table)) {
              yield table.name === 'keys' ? rows.map((cells) => cells.with(5, 'another')) : rows;
            }
          },
        });
        await t.rejects(moving(target, url, to, mistaken), { name: 'StoreError', message: /^keys: expected the same/ });
        t.notOk(await isLeft());
        t.match(await moving(target, url, to), { keys: 121, jobs: 2 });
        t.ok(await isLeft());
      },
    );
  }

  t.test('a database that goes away meanwhile is one line', async (t) => {
    await empty(url);
    const directory = await filled(t);
    const cut = (end: MoveEnd): MoveEnd => ({
      ...end,
      async write(table, rows) {
        // The locks are those of the whole server, which other tests use meanwhile.
        const moving =
          'SELECT pg_terminate_backend(pid) FROM pg_locks JOIN pg_database ON pg_database.oid = database ' +
          'WHERE datname = current_database() AND mode = $1 AND pid <> pg_backend_pid()';
        await ask(url, moving, ['ExclusiveLock']);
        await end.write(table, rows);
      },
    });
    await t.rejects(moving(directory, url, 'postgres', cut), { name: 'StoreError', message: /^DATABASE_URL: [^\n]+$/ });
    t.match(await moving(directory, url, 'postgres'), { keys: 121 });
  });

  t.test('a breaker that cannot be read is none', async (t) => {
    await empty(url);
    const directory = await filled(t);
    writeFileSync(join(directory, 'breaker.json'), 'nothing');
    t.match(await moving(directory, url, 'postgres'), { breakers: 1 });
  });
}
