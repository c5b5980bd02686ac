import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import { createGroupCommit } from '../../../src/store/sqlite/group-commit.ts';

function open() {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE numbers (number INTEGER UNIQUE)');
  const insert = database.prepare('INSERT INTO numbers VALUES (?)');
  const read = () =>
    database
      .prepare('SELECT number FROM numbers')
      .all()
      .map(({ number }) => number);
  return { database, read, put: (number: number) => () => void insert.run(number) };
}

t.test('what comes in during one turn of the event loop shares a commit', async (t) => {
  const { database, read, put } = open();
  const statements = t.capture(database, 'exec', database.exec);
  const { commit } = createGroupCommit(database);
  await Promise.all([1, 2, 3].map((number) => commit(put(number))));
  await commit(put(4));
  t.strictSame(
    statements().map(({ args }) => args[0]),
    ['BEGIN IMMEDIATE', 'COMMIT', 'BEGIN IMMEDIATE', 'COMMIT'],
  );
  t.strictSame(read(), [1, 2, 3, 4]);
});

t.test('what need not outlive the machine asks for no flush unless it shares a commit with what must', async (t) => {
  const { database, read, put } = open();
  const statements = t.capture(database, 'exec', database.exec);
  const { commit, commitUnflushed } = createGroupCommit(database);
  const ran = () =>
    statements()
      .map(({ args }) => String(args[0]))
      .filter((sql) => sql.startsWith('PRAGMA'));
  await Promise.all([commit(put(1)), commitUnflushed(put(2))]);
  t.strictSame(ran(), []);
  await commitUnflushed(put(3));
  t.strictSame(ran(), ['PRAGMA synchronous = NORMAL']);
  await commitUnflushed(put(4));
  t.strictSame(ran(), []);
  await Promise.all([commitUnflushed(put(5)), commit(put(6))]);
  t.strictSame(ran(), ['PRAGMA synchronous = FULL']);
  t.strictSame(read(), [1, 2, 3, 4, 5, 6]);
});

t.test('a promise resolves after its commit, never before', async (t) => {
  const { database, put } = open();
  const order: string[] = [];
  const exec = database.exec.bind(database);
  database.exec = (sql) => {
    order.push(sql);
    exec(sql);
  };
  await createGroupCommit(database)
    .commit(put(1))
    .then(() => order.push('told'));
  t.strictSame(order, ['BEGIN IMMEDIATE', 'COMMIT', 'told']);
});

t.test('a change at fault fails alone, and leaves nothing', async (t) => {
  const { database, read, put } = open();
  let failures = 0;
  const { commit, commitUnflushed } = createGroupCommit(database, () => {
    failures += 1;
  });
  const half = () => {
    put(7)();
    throw new Error('as the test wants');
  };
  const ends = await Promise.allSettled([commit(put(1)), commit(put(1)), commitUnflushed(half), commit(put(2))]);
  t.match(ends, [
    { status: 'fulfilled' },
    { status: 'rejected', reason: /UNIQUE/ },
    { status: 'rejected', reason: /as the test wants/ },
    { status: 'fulfilled' },
  ]);
  await commit(put(5));
  t.strictSame(read(), [1, 2, 5]);
  t.equal(failures, 1);
});

t.test('a group whose commit the disk does not take keeps nothing, and does not harm the next', async (t) => {
  const { database, read, put } = open();
  const { commit } = createGroupCommit(database);
  const fill = database.prepare("INSERT INTO numbers VALUES ('x' || hex(zeroblob(100000)))");
  database.exec('PRAGMA max_page_count = 10');
  for (const at of [0, 1, 2]) {
    const runs = [put(1), put(2)];
    runs.splice(at, 0, () => void fill.run());
    const ends = await Promise.allSettled(runs.map(commit));
    t.match(
      ends,
      [1, 2, 3].map(() => ({ status: 'rejected', reason: { errcode: 13 } })),
    );
  }
  await commit(put(5));
  t.strictSame(read(), [5]);
});

t.test('what fails for all is no fault of one, on the way through one by one neither', async (t) => {
  const { database, read, put } = open();
  const { commit } = createGroupCommit(database);
  const fill = database.prepare("INSERT INTO numbers VALUES ('x' || hex(zeroblob(100000)))");
  database.exec('PRAGMA max_page_count = 10');
  let runs = 0;
  const lateFull = () => {
    runs += 1;
    if (runs === 1) throw new Error('as the test wants');
    fill.run();
  };
  const ends = await Promise.allSettled([put(1), lateFull, put(2)].map(commit));
  t.match(
    ends,
    [1, 2, 3].map(() => ({ status: 'rejected', reason: { errcode: 13 } })),
  );
  t.equal(runs, 2);
  t.strictSame(read(), []);
});

t.test('closing commits what still waits', async (t) => {
  const { database, read, put } = open();
  const { commit, flush } = createGroupCommit(database);
  const waiting = commit(put(1));
  flush();
  t.strictSame(read(), [1]);
  await waiting;
});
