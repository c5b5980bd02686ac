import { DatabaseSync } from 'node:sqlite';
import t from 'tap';
import { createBackground } from '../../../src/store/sqlite/background.ts';
import { createGroupCommit } from '../../../src/store/sqlite/group-commit.ts';

t.test('what shares a commit with a change at fault is written all the same, once', async (t) => {
  const database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE numbers (number INTEGER)');
  const insert = database.prepare('INSERT INTO numbers VALUES (?)');
  const group = createGroupCommit(database);
  const save = createBackground<number>({
    group,
    write: (items) => items.forEach((item) => void insert.run(item)),
    onError: (error) => t.fail(String(error)),
  });
  const saved = [save([1, 2]), save([3])];
  const failing = group.commit(() => {
    throw new Error('as the test wants');
  });
  await Promise.all([...saved, t.rejects(failing)]);
  await save([4]);
  const rows = database.prepare('SELECT number FROM numbers').all();
  t.strictSame(
    rows.map(({ number }) => number),
    [1, 2, 3, 4],
  );
});
