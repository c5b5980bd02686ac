import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import t, { type Test } from 'tap';
import type { Change } from '../../../src/journal/key-store.ts';
import { migrations } from '../../../src/store/sqlite/migrations.ts';
import { type OpenedStore, openAccountStore } from '../../fixtures/store.ts';

const hourMs = 3_600_000;

function change(key: string, text = 'x'): Change {
  const row = {
    fingerprint: 'f',
    checkpoint: JSON.stringify({ text }),
    response: JSON.stringify({ text }),
    address: null,
  };
  const write = {
    method: 'POST' as const,
    collection: 'leads',
    body: JSON.stringify({ text }),
    before: null,
    answer: '{"id":1}',
  };
  return {
    name: { caller: 'bob', key },
    row,
    writes: [{ step: 0, name: 'POST leads #1', row: { ...write, sent_at: 1, ended_at: 2 } }],
  };
}

async function open(t: Test, directory: string) {
  let ahead = 0;
  const store = await openAccountStore(directory, { now: () => Date.now() + ahead });
  t.teardown(() => store.close());
  return {
    store,
    travel: (hours: number) => {
      ahead += hours * hourMs;
    },
  };
}

async function fill({ keys }: OpenedStore, count: number, text?: string): Promise<void> {
  await Promise.all(Array.from({ length: count }, (_, index) => keys.put(change(`${index}`, text))));
}

function writesIn(directory: string) {
  const reader = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  const rows = reader.prepare('SELECT * FROM writes').all();
  reader.close();
  return rows;
}

const sizeOf = (directory: string) => statSync(join(directory, 'journal.db')).size;

t.test('many expired keys are deleted in chunks, between which others have their turn', async (t) => {
  const directory = t.testdir();
  const { store, travel } = await open(t, directory);
  await fill(store, 1_000);
  travel(26);
  let isOver = false;
  let turns = 0;
  const sweeping = store.expire().then(() => {
    isOver = true;
  });
  while (!isOver) {
    await store.keys.put(change(`meanwhile ${turns}`));
    turns += 1;
  }
  await sweeping;
  t.ok(turns >= 10, `${turns} turns`);
  t.equal(writesIn(directory).length, turns);
});

t.test('a sweep moves little to the file at a time: the disk blocks all else meanwhile', async (t) => {
  const directory = t.testdir();
  const earlier = await openAccountStore(directory, { now: () => Date.now() - 26 * hourMs });
  await fill(earlier, 4_000, 'x'.repeat(1_000));
  earlier.close();
  const { store } = await open(t, directory);
  let isOver = false;
  let mostBytes = 0;
  const sweeping = store.expire().then(() => {
    isOver = true;
  });
  while (!isOver) {
    mostBytes = Math.max(mostBytes, statSync(join(directory, 'journal.db-wal')).size);
    await setImmediate();
  }
  await sweeping;
  t.equal(writesIn(directory).length, 0);
  t.ok(mostBytes < 1_500_000, `${mostBytes} bytes in the write-ahead log at most`);
});

t.test('a store that is closed meanwhile ends the sweep without an error', async (t) => {
  const directory = t.testdir();
  let now = Date.now();
  const store = await openAccountStore(directory, { now: () => now });
  await fill(store, 1_000);
  now += 26 * hourMs;
  const sweeping = store.expire();
  await setImmediate();
  store.close();
  await sweeping;
  const left = writesIn(directory).length;
  t.ok(left > 0 && left < 1_000, `${left} are left for the next`);
});

t.test('what the file does not need any more goes back to the file system', async (t) => {
  const directory = t.testdir();
  const { store, travel } = await open(t, directory);
  await fill(store, 300, 'x'.repeat(10_000));
  await store.expire();
  const full = sizeOf(directory);
  travel(26);
  await store.expire();
  t.ok(sizeOf(directory) < full / 5, `${full} bytes became ${sizeOf(directory)}`);
});

t.test('a file of an older release learns to shrink at a start that finds little in it', async (t) => {
  const directory = t.testdir();
  const older = new DatabaseSync(join(directory, 'journal.db'));
  older.exec(`PRAGMA journal_mode = WAL; ${migrations[0]}; PRAGMA user_version = 1`);
  const put = older.prepare('INSERT INTO keys VALUES (?, ?, ?, ?, NULL, ?)');
  for (let key = 0; key < 80; key += 1) put.run('bob', `${key}`, 'f', 'x'.repeat(2 ** 20), Date.now() - 26 * hourMs);
  older.close();
  const full = sizeOf(directory);
  const first = await openAccountStore(directory);
  await first.expire();
  t.ok(sizeOf(directory) >= full, 'too much was in it');
  first.close();
  const { store } = await open(t, directory);
  await store.expire();
  t.ok(sizeOf(directory) < full / 5, `${full} bytes became ${sizeOf(directory)}`);
});

t.test('nothing of an expired request is left in any file', async (t) => {
  const directory = t.testdir();
  const { store, travel } = await open(t, directory);
  await store.keys.put(change('kept'));
  const canary = 'CANARY-4711';
  await store.keys.put(change(canary, canary));
  await store.keys.put(change('long', canary.repeat(2_000)));
  store.doubts.add([canary], Date.now() + 60_000);
  const holding = () => readdirSync(directory).filter((file) => readFileSync(join(directory, file)).includes(canary));
  await setImmediate();
  t.not(holding().length, 0);
  travel(24);
  await store.keys.put(change('kept'));
  travel(2);
  await store.expire();
  t.strictSame(holding(), []);
  t.match(writesIn(directory), [{ collection: 'leads' }]);
});

t.test('many ended jobs are deleted in chunks, between which others have their turn', async (t) => {
  const { store, travel } = await open(t, t.testdir());
  const at = Date.now();
  const fresh = {
    caller: 'bob',
    route: '/x',
    fingerprint: 'f',
    address: null,
    language: 'en' as const,
    give_up_at: at,
    accepted_at: at,
  };
  const plenty = { jobs: 10_000, bytes: 1e9 };
  const ids = Array.from({ length: 1_000 }, (_, index) => `${index}`);
  await Promise.all(ids.map((id) => store.jobs.add({ ...fresh, id, key: id, body: '{}' }, plenty)));
  await Promise.all(ids.map((id) => store.jobs.cancel('bob', id, at)));
  travel(8 * 24);
  let isOver = false;
  let turns = 0;
  const sweeping = store.expire().then(() => {
    isOver = true;
  });
  while (!isOver) {
    await store.keys.put(change(`meanwhile ${turns}`));
    turns += 1;
  }
  await sweeping;
  t.ok(turns >= 10, `${turns} turns`);
  t.equal((await store.jobs.list('bob', { limit: 1, maxText: 1 }))?.jobs.length, 0);
});
