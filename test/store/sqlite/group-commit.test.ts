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

t.test('a group that fails is told so as a whole, keeps nothing, and does not harm the next', async (t) => {
  const { database, read, put } = open();
  const { commit } = createGroupCommit(database);
  const ends = await Promise.allSettled([1, 2, 2].map((number) => commit(put(number))));
  t.strictSame(
    ends.map(({ status }) => status),
    ['rejected', 'rejected', 'rejected'],
  );
  await commit(put(5));
  t.strictSame(read(), [5]);
});

t.test('closing commits what still waits', async (t) => {
  const { database, read, put } = open();
  const { commit, flush } = createGroupCommit(database);
  const waiting = commit(put(1));
  flush();
  t.strictSame(read(), [1]);
  await waiting;
});
