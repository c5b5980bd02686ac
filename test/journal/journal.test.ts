import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import type { WriteRecord } from '../../src/amocrm/operation/write-log.ts';
import type { JournalOptions } from '../../src/journal/journal.ts';
import type { KeyName } from '../../src/journal/key-store.ts';
import { migrations } from '../../src/store/sqlite/migrations.ts';
import { StoreError } from '../../src/store/store-error.ts';
import { openJournal } from '../fixtures/journal.ts';

const hourMs = 3_600_000;
const bob = { caller: 'bob', key: 'one' };
const write: WriteRecord = { method: 'POST', collection: 'contacts', body: { name: 'Иван' }, sentAt: 1, endedAt: 2 };

async function open(t: { teardown(close: () => void): void }, directory: string, options: JournalOptions = {}) {
  const journal = await openJournal(directory, { waitMs: 0, ...options });
  t.teardown(() => journal.close());
  return journal;
}

type Opened = Awaited<ReturnType<typeof open>>;

async function take(journal: Opened, name = bob, fingerprint = 'f') {
  const admission = await journal.admit(name, fingerprint);
  if (admission.kind !== 'free') throw new Error(`not free: ${admission.kind}`);
  return admission;
}

/** How a request is judged, without any work. */
async function judge(journal: Opened, name: KeyName, fingerprint: string): Promise<string> {
  const admission = await journal.admit(name, fingerprint);
  if (admission.kind === 'free') admission.release();
  return admission.kind;
}

function rows(directory: string, table: string) {
  const reader = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  const all = reader.prepare(`SELECT * FROM ${table}`).all();
  reader.close();
  return all;
}

async function refusal(directory: string): Promise<string> {
  try {
    (await openJournal(directory, { waitMs: 0 })).close();
    return 'opened';
  } catch (error) {
    return error instanceof StoreError ? error.message : String(error);
  }
}

t.test('a write is on disk when its promise resolves', async (t) => {
  const directory = t.testdir();
  const { log } = await take(await open(t, directory));
  const sending = log.next('POST contacts').send(write);
  t.equal(rows(directory, 'writes').length, 0);
  await sending;
  t.match(rows(directory, 'writes'), [{ caller: 'bob', key: 'one', step: 0, name: 'POST contacts #1', answer: null }]);
  t.match(rows(directory, 'keys'), [{ caller: 'bob', key: 'one', response: null }]);
});

t.test('commits reach the disk itself, and only the owner may read the files', async (t) => {
  const directory = t.testdir();
  const { log } = await take(await open(t, directory));
  await log.next('POST contacts').send(write);
  for (const file of ['journal.db', 'journal.db-wal']) {
    t.equal(statSync(join(directory, file)).mode & 0o777, 0o600, file);
  }
});

t.test('what was begun is known after a restart, at its place', async (t) => {
  const directory = t.testdir();
  const first = await openJournal(directory);
  const { log } = await take(first);
  log.reach({ index: 3, context: { a: 1 }, steps: [{ id: 's', type: 'x', status: 'ok', duration_ms: 1 }] });
  await log.next('POST contacts').send(write);
  const note = log.next('POST contacts/notes');
  await note.send({ ...write, collection: 'contacts/notes' });
  note.finish({ id: 77 });
  first.close();

  const second = await open(t, directory);
  t.match(await second.openCreates(0), [{ id: '["bob","one",1,"POST contacts #1"]', write }]);
  const { log: again } = await take(second);
  t.match(again.last, { index: 3, context: { a: 1 }, steps: [{ id: 's' }] });
  t.strictSame(again.written(), [{ entity_type: 'notes', id: 77 }]);
  again.reach({ index: 3, context: {}, steps: [{ id: 's', type: 'x', status: 'ok', duration_ms: 1 }] });
  t.strictSame(again.peek('POST contacts').begun, write);
  t.strictSame(again.next('POST contacts').begun, write);
  t.equal(again.next('POST contacts').begun, undefined, 'its next turn');
});

t.test('a key is judged by caller, fingerprint and state', async (t) => {
  const journal = await open(t, t.testdir());
  const { log, release } = await take(journal);
  t.equal(await judge(journal, bob, 'f'), 'in-work');
  t.equal(await judge(journal, bob, 'other'), 'reused');
  t.equal(await judge(journal, { ...bob, caller: 'eve' }, 'other'), 'free');
  await log.next('POST contacts').send(write);
  release();
  t.equal(await judge(journal, bob, 'f'), 'free');
  t.equal(await judge(journal, bob, 'other'), 'reused');
  const resumed = await take(journal);
  resumed.log.next('POST contacts').finish({ id: 1 });
  await resumed.log.succeed('{"a":1}');
  resumed.release();
  t.strictSame(await journal.admit(bob, 'f'), { kind: 'done', response: '{"a":1}' });
});

t.test('what wrote nothing leaves no trace', async (t) => {
  const directory = t.testdir();
  const journal = await open(t, directory);
  const { log, release } = await take(journal);
  await log.succeed('{}');
  await log.fail();
  const entry = log.next('POST contacts');
  await entry.send(write);
  entry.forget();
  await log.fail();
  release();
  t.equal(await judge(journal, bob, 'other'), 'free');
  await (await take(journal, { caller: 'eve', key: 'x' })).log.next('POST contacts').send(write);
  t.match(rows(directory, 'keys'), [{ caller: 'eve' }]);
});

t.test('keys are kept for a day after the last change, and then cleared away', async (t) => {
  const directory = t.testdir();
  let now = Date.now();
  const first = await openJournal(directory, { now: () => now });
  const { log, release } = await take(first);
  await log.next('POST contacts').send(write);
  now += 20 * hourMs;
  await log.succeed('{}');
  release();
  now += 23.9 * hourMs;
  t.equal(await judge(first, bob, 'f'), 'done');
  first.close();

  now += 0.2 * hourMs;
  const second = await openJournal(directory, { now: () => now });
  t.equal(await judge(second, bob, 'other'), 'free');
  second.close();
  t.strictSame([rows(directory, 'keys').length, rows(directory, 'writes').length], [0, 0]);
});

t.test('a journal of an older version is brought up to date, one of a newer is refused', async (t) => {
  const directory = t.testdir();
  const older = new DatabaseSync(join(directory, 'journal.db'));
  older.exec(`${migrations[0]}; PRAGMA user_version = 1`);
  older.close();
  t.equal(await refusal(directory), 'opened');
  const database = new DatabaseSync(join(directory, 'journal.db'));
  t.strictSame({ ...database.prepare('PRAGMA user_version').get() }, { user_version: migrations.length });
  database.exec('PRAGMA user_version = 99');
  database.close();
  t.match(await refusal(directory), /^DATA_DIR .*journal\.db.*newer release.*$/);
});

t.test('writes of an older version are read: they have no list of what was there before', async (t) => {
  const directory = t.testdir();
  const older = new DatabaseSync(join(directory, 'journal.db'));
  older.exec(`${migrations.slice(0, 4).join(';')}; PRAGMA user_version = 4`);
  older.exec(`INSERT INTO keys VALUES ('bob', 'one', 'f', '{"index":0,"context":{},"steps":[]}', NULL, ${Date.now()})`);
  older.exec(
    'INSERT INTO writes (caller, key, step, name, method, collection, body, sent_at, ended_at) ' +
      `VALUES ('bob', 'one', 0, 'POST contacts #1', 'POST', 'contacts', '{"name":"Иван"}', 1, 2)`,
  );
  older.close();
  const journal = await open(t, directory);
  t.match(await journal.openCreates(0), [{ write }]);
  const { log } = await take(journal);
  const logged = log.next('POST contacts');
  t.strictSame(logged.begun, write);
  await logged.send({ ...write, before: [4, 7] });
  t.match(rows(directory, 'writes'), [{ name: 'POST contacts #1', before: '[4,7]' }]);
});

t.test('a damaged journal stops the start with one line and stays as it is', async (t) => {
  const directory = t.testdir({ garbage: { 'journal.db': 'no database '.repeat(1000) }, torn: {} });
  t.match(await refusal(join(directory, 'garbage')), /^DATA_DIR .*garbage: expected a journal\.db .*$/);
  t.equal(readFileSync(join(directory, 'garbage/journal.db'), 'utf8'), 'no database '.repeat(1000));

  const journal = await openJournal(join(directory, 'torn'));
  for (let index = 0; index < 200; index += 1) {
    const { log } = await take(journal, { caller: 'bob', key: `${index}` });
    await log.next('POST contacts').send(write);
  }
  journal.close();
  const file = join(directory, 'torn/journal.db');
  const bytes = readFileSync(file);
  writeFileSync(file, bytes.fill(0x55, 3 * 4096, 5 * 4096));
  t.match(await refusal(join(directory, 'torn')), /^DATA_DIR .*torn: expected a journal\.db .*$/);
});

t.test('a directory that cannot be used stops the start with one line', async (t) => {
  const directory = t.testdir({ file: '', locked: { 'lock.db': {} }, taken: { 'journal.db': {} } });
  t.match(await refusal(join(directory, 'file/data')), /^DATA_DIR .*data: expected a directory that can be made.*$/);
  t.match(await refusal(join(directory, 'file')), /^DATA_DIR .*file: expected a directory.*$/);
  t.match(await refusal(join(directory, 'locked')), /^DATA_DIR .*locked: expected a directory that can be written.*$/);
  t.match(await refusal(join(directory, 'taken')), /^DATA_DIR .*taken: expected a journal\.db that can be.*$/);
});
