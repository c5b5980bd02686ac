import { DatabaseError } from 'pg';
import t from 'tap';
import { createGroups } from '../../../src/store/postgres/groups.ts';

interface Item {
  name: string;
  size?: number;
}

/** Groups whose statements end when the test says so. */
function open() {
  const statements: { names: string[]; end(error?: Error): void }[] = [];
  let heard = () => {};
  const add = createGroups<Item, string>({
    nameOf: ({ name }) => name,
    sizeOf: ({ size = 0 }) => size,
    async run(items) {
      const ended = Promise.withResolvers<void>();
      const end = (error?: Error) => (error === undefined ? ended.resolve() : ended.reject(error));
      statements.push({ names: items.map(({ name }) => name), end });
      heard();
      await ended.promise;
      return ({ name }) => `done ${name}`;
    },
  });
  async function statement(index: number) {
    while (statements[index] === undefined) await new Promise<void>((resolve) => (heard = resolve));
    return statements[index];
  }
  return { add, statement, names: () => statements.map(({ names }) => names) };
}

t.test('what comes while a statement is under way shares the next', async (t) => {
  const { add, statement, names } = open();
  const first = [add({ name: 'a' }), add({ name: 'b' })];
  const one = await statement(0);
  const second = [add({ name: 'c' }), add({ name: 'd' }), add({ name: 'e' })];
  one.end();
  t.strictSame(await Promise.all(first), ['done a', 'done b']);
  (await statement(1)).end();
  t.strictSame(await Promise.all(second), ['done c', 'done d', 'done e']);
  t.strictSame(names(), [
    ['a', 'b'],
    ['c', 'd', 'e'],
  ]);
});

t.test('two of one name never share a statement, and nobody of that name overtakes', async (t) => {
  const { add, statement, names } = open();
  const all = ['a', 'b', 'a', 'c', 'a'].map((name) => add({ name }));
  for (const index of [0, 1, 2]) (await statement(index)).end();
  await Promise.all(all);
  t.strictSame(names(), [['a', 'b', 'c'], ['a'], ['a']]);
});

t.test('a statement has so many items and characters at most, and one at least', async (t) => {
  const { add, statement, names } = open();
  const large = 3 * 2 ** 20;
  const all = [5 * 2 ** 20, large, large, 1].map((size, index) => add({ name: `${index}`, size }));
  const many = Array.from({ length: 600 }, (_, index) => add({ name: `many ${index}` }));
  for (const index of [0, 1, 2]) (await statement(index)).end();
  await Promise.all([...all, ...many]);
  t.strictSame(names().slice(0, 1), [['0']]);
  t.strictSame(names()[1]?.slice(0, 2), ['1', '3']);
  t.strictSame(names()[2]?.slice(0, 1), ['2']);
  t.ok(names().every((group) => group.length <= 500));
});

t.test('a group that fails is told so as a whole, and does not harm the next', async (t) => {
  const { add, statement } = open();
  const failing = [add({ name: 'a' }), add({ name: 'b' })];
  const ends = Promise.allSettled(failing);
  (await statement(0)).end(new Error('away'));
  t.strictSame(
    (await ends).map(({ status }) => status),
    ['rejected', 'rejected'],
  );
  const next = add({ name: 'a' });
  (await statement(1)).end();
  t.equal(await next, 'done a');
});

t.test('one whose values are at fault fails alone, the others once each', async (t) => {
  const runs: number[][] = [];
  const done: number[] = [];
  let failures = 0;
  const add = createGroups<number, string>({
    nameOf: String,
    onFailure: () => {
      failures += 1;
    },
    async run(items) {
      runs.push([...items]);
      if (items.some((item) => item % 100 === 99)) throw valueError();
      done.push(...items);
      return (item) => `done ${item}`;
    },
  });
  const ends = await Promise.allSettled(Array.from({ length: 200 }, (_, item) => add(item)));
  const failed = ends.flatMap(({ status }, item) => (status === 'rejected' ? [item] : []));
  t.strictSame(failed, [99, 199]);
  t.equal(failures, 2);
  t.strictSame(
    done.toSorted((a, b) => a - b),
    ends.flatMap((_, item) => (failed.includes(item) ? [] : [item])),
  );
  t.ok(runs.length <= 40, `${runs.length} statements`);
});

/** What the server says to a text with a NUL. */
function valueError(): DatabaseError {
  return Object.assign(new DatabaseError('invalid byte sequence', 0, 'error'), { code: '22021' });
}
