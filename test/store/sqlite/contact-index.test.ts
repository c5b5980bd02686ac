import { closeSync, openSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import type { IndexedContact } from '../../../src/amocrm/contact-directory/contact-index.ts';
import { contactIndexFile, openContactIndex } from '../../../src/store/sqlite/contact-index-file.ts';

const account = 'https://example.amocrm.ru';
const phone = (text: string) => ({ kind: 1, text });

function open(directory: string, reasons: string[] = [], of = account) {
  return openContactIndex({
    file: contactIndexFile(directory),
    account: of,
    onUnusable: (reason) => reasons.push(reason),
  });
}

function contact(id: number, ...texts: string[]): IndexedContact {
  return { id, updatedAt: 1000, values: texts.map(phone) };
}

t.test('a value leads to the contacts that held it, lowest first', async (t) => {
  const index = open(t.testdir());
  t.teardown(() => index.close());
  const stamp = index.stamp();
  index.put([contact(7, 'a', 'b'), contact(3, 'a'), contact(5, 'b')], { stamp });
  t.strictSame(index.find(phone('a'), 250), [3, 7]);
  t.strictSame(index.find(phone('a'), 1), [3]);
  t.strictSame(index.find({ kind: 2, text: 'a' }, 250), [], 'of its own kind alone');
});

t.test('a newer read replaces what is known, an older one only adds to it', async (t) => {
  const index = open(t.testdir());
  t.teardown(() => index.close());
  const [older, newer] = [index.stamp(), index.stamp()];
  t.strictSame(
    index.put([contact(3, 'new', 'both')], { stamp: newer }).map(({ what }) => what),
    ['missing'],
  );
  index.put([contact(3, 'old', 'both')], { stamp: older });
  t.strictSame(
    ['new', 'old', 'both'].map((text) => index.find(phone(text), 1)),
    [[3], [3], [3]],
  );
  const latest = index.stamp();
  t.strictSame(
    index.put([contact(3, 'both')], { stamp: latest }).map(({ what }) => what),
    ['changed'],
  );
  t.strictSame(
    ['new', 'old', 'both'].map((text) => index.find(phone(text), 1)),
    [[], [], [3]],
  );
  t.strictSame(index.put([contact(3, 'both')], { stamp: latest }), [], 'nothing differs');
});

t.test('a part of what a contact holds is added, and protected from older pages', async (t) => {
  const index = open(t.testdir());
  t.teardown(() => index.close());
  const onTheWire = index.stamp();
  index.put([contact(3, 'first')], { stamp: index.stamp() });
  index.put([contact(3, 'second')], { stamp: index.stamp(), addsOnly: true });
  index.put([contact(3, 'first')], { stamp: onTheWire });
  t.strictSame(
    ['first', 'second'].map((text) => index.find(phone(text), 1)),
    [[3], [3]],
  );
});

t.test('what only adds tells of whom it would have removed something', async (t) => {
  const index = open(t.testdir());
  t.teardown(() => index.close());
  index.put([contact(3, 'old'), contact(4, 'a')], { stamp: index.stamp() });
  const given = [contact(3, 'new'), contact(4, 'a', 'b'), contact(5, 'c')];
  const found = index.put(given, { stamp: index.stamp(), settledBefore: 2000, addsOnly: true });
  t.strictSame(
    found.map(({ contact: { id }, what, isOutdated }) => [id, what, isOutdated]),
    [
      [3, 'changed', true],
      [4, 'changed', false],
      [5, 'missing', false],
    ],
  );
  t.strictSame(index.find(phone('old'), 1), [3]);
  index.put(given.slice(0, 1), { stamp: index.stamp(), settledBefore: 2000 });
  t.strictSame(index.find(phone('old'), 1), [], 'it does not count as known before that');
});

t.test('a version that can change no more is not compared again', async (t) => {
  const index = open(t.testdir());
  t.teardown(() => index.close());
  const put = (text: string, settledBefore?: number) =>
    index.put([contact(3, text)], { stamp: index.stamp(), ...(settledBefore !== undefined && { settledBefore }) });
  put('a', 1000);
  put('b', 1001);
  t.strictSame(index.find(phone('b'), 1), [3], 'it was read in the second of its change');
  put('c', 1002);
  t.strictSame(index.find(phone('c'), 1), []);
  put('c');
  t.strictSame(index.find(phone('c'), 1), [3], 'a scan compares all');
});

t.test('contacts not seen since, and their removal', async (t) => {
  const index = open(t.testdir());
  t.teardown(() => index.close());
  index.put([contact(1, 'a'), contact(2, 'b'), contact(3, 'c')], { stamp: index.stamp() });
  const since = index.stamp();
  index.put([contact(2, 'b')], { stamp: index.stamp() });
  t.strictSame(index.unseen(since, 0, 250), [1, 3]);
  t.strictSame(index.unseen(since, 1, 250), [3]);
  const checked = index.stamp();
  index.put([contact(3, 'c')], { stamp: index.stamp() });
  index.drop(1, checked);
  index.drop(3, checked);
  t.strictSame([index.find(phone('a'), 1), index.find(phone('c'), 1)], [[], [3]]);
  t.equal(index.size().contacts, 2);
});

t.test('it outlives the process: values, state and the order of stamps', async (t) => {
  const directory = t.testdir();
  const first = open(directory);
  const stamp = first.stamp();
  first.put([contact(3, 'a')], { stamp });
  first.save({ ...first.state(), topId: 3, isComplete: true });
  first.close();
  const second = open(directory);
  t.teardown(() => second.close());
  t.strictSame(second.find(phone('a'), 1), [3]);
  t.match(second.state(), { topId: 3, isComplete: true, scannedAt: 0 });
  t.ok(second.stamp() > stamp);
});

t.test('the file is its owner’s alone and holds no value in the clear', async (t) => {
  const directory = t.testdir();
  const index = open(directory);
  t.teardown(() => index.close());
  index.put([contact(3, '9001234567')], { stamp: index.stamp() });
  for (const name of ['directory.db', 'directory.db-wal']) {
    t.equal(statSync(join(directory, name)).mode & 0o777, 0o600, name);
    t.notOk(readFileSync(join(directory, name)).includes('9001234567'), name);
  }
});

t.test('another installation hashes otherwise', async (t) => {
  const rows = [1, 2].map(() => {
    const directory = t.testdir({ one: {} });
    const index = open(join(directory, 'one'));
    index.put([contact(3, '9001234567')], { stamp: index.stamp() });
    index.close();
    const database = new DatabaseSync(join(directory, 'one/directory.db'));
    const [row] = database.prepare('SELECT CAST(hash AS TEXT) AS hash FROM "values"').all();
    database.close();
    return row?.hash;
  });
  t.not(rows[0], rows[1]);
});

t.test('a file that cannot be trusted is made anew, and says why', async (t) => {
  const directory = t.testdir();
  const file = join(directory, 'directory.db');
  const fill = () => {
    const index = open(directory);
    const many = Array.from({ length: 2000 }, (_, id) => contact(id + 1, `${id}`, 'all'));
    index.put(many, { stamp: index.stamp() });
    index.save({ ...index.state(), isComplete: true });
    index.close();
  };
  const spoilt: Record<string, () => void> = {
    'no database at all': () => writeFileSync(file, 'nothing of SQLite’s'.repeat(1000)),
    'another account': () => open(directory, [], 'https://other.amocrm.ru').close(),
    'another release': () => {
      const database = new DatabaseSync(file);
      database.exec('PRAGMA user_version = 9');
      database.close();
    },
    'a broken state': () => {
      const database = new DatabaseSync(file);
      database.exec("UPDATE state SET value = CAST('{}' AS BLOB) WHERE name = 'state'");
      database.close();
    },
    'a value that has become another': () => flip(file),
    'cut in the middle': () => writeFileSync(file, readFileSync(file).subarray(0, 20_000)),
  };
  for (const [what, spoil] of Object.entries(spoilt)) {
    fill();
    spoil();
    const reasons: string[] = [];
    const index = open(directory, reasons, account);
    t.match(index.state(), { isComplete: false }, what);
    t.equal(index.size().contacts, 0, what);
    t.equal(reasons.length, 1, `${what}: ${reasons}`);
    index.close();
  }
});

/** Changes one byte of one hash in the table, and leaves the copy in the index by contacts as it is. */
function flip(file: string): void {
  const database = new DatabaseSync(file, { readOnly: true });
  const statement = database.prepare('SELECT hash FROM "values" WHERE contact_id = 1000');
  statement.setReadBigInts(true);
  const [row] = statement.all();
  database.close();
  const needle = Buffer.alloc(8);
  needle.writeBigInt64BE(BigInt(String(row?.hash)));
  const at = readFileSync(file).indexOf(needle);
  const handle = openSync(file, 'r+');
  writeSync(handle, Buffer.from([needle.readUInt8(7) ^ 1]), 0, 1, at + 7);
  closeSync(handle);
}

t.test('a large file is opened at once and compared in parts', async (t) => {
  const directory = t.testdir();
  const large = (reasons: string[] = []) =>
    openContactIndex({
      file: contactIndexFile(directory),
      account,
      onUnusable: (reason) => reasons.push(reason),
      smallBytes: 0,
    });
  const first = large();
  const many = Array.from({ length: 2000 }, (_, id) => contact(id + 1, `${id}`, 'all'));
  first.put(many, { stamp: first.stamp() });
  first.close();
  const sound = large();
  let parts = 1;
  for (; !sound.check(); parts += 1);
  t.ok(parts > 3, `${parts} parts`);
  t.equal(sound.check(), true, 'it stays checked');
  sound.close();

  flip(join(directory, 'directory.db'));
  const reasons: string[] = [];
  const damaged = large(reasons);
  t.strictSame(reasons, [], 'it is opened');
  t.throws(
    () => {
      while (!damaged.check());
    },
    { message: /^damaged: \d+ values lead to nobody$/ },
  );
  damaged.renew();
  t.equal(damaged.check(), true);
  t.equal(damaged.size().contacts, 0);
  damaged.close();
});

t.test('a file that breaks while it is open can be made anew', async (t) => {
  const directory = t.testdir();
  const index = open(directory);
  t.teardown(() => index.close());
  index.put([contact(3, 'a')], { stamp: index.stamp() });
  index.renew();
  t.strictSame(index.find(phone('a'), 1), []);
  index.put([contact(4, 'a')], { stamp: index.stamp() });
  t.strictSame(index.find(phone('a'), 1), [4]);
});
