import { randomBytes } from 'node:crypto';
import { Client } from 'pg';
import t, { type Test } from 'tap';
import type { MoveEnd } from '../../src/store/move/end.ts';
import { type MovedTable, movedTables, type Row } from '../../src/store/move/tables.ts';
import { openDatabaseToMove } from '../../src/store/postgres/move-end.ts';
import { createSecretBox } from '../../src/store/secret-box.ts';
import { openFileToMove } from '../../src/store/sqlite/move-end.ts';
import { createDatabase, noPostgres } from '../fixtures/postgres.ts';

const url = await createDatabase(t);
const box = createSecretBox([randomBytes(32)]);
const mebibyte = 2 ** 20;
const most = { rows: 100, bytes: 4 * mebibyte };
/** Of every size that there may be: a key keeps as much as a context and an answer take. */
const sizes = [...Array.from({ length: 250 }, () => 10), ...Array.from({ length: 9 }, () => mebibyte), 6 * mebibyte, 1];
const total = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

function findKeys(): MovedTable {
  const table = movedTables.find(({ name }) => name === 'keys');
  if (table === undefined) throw new Error('no keys');
  return table;
}

const keys = findKeys();
const rowOf = (size: number, serial: number): Row =>
  Object.entries(keys.columns).map(([column, kind]) => {
    if (column === 'key') return `${serial}`;
    if (column === 'response') return 'ы'.repeat(Math.ceil(size / 2));
    return kind === 'text' ? '' : serial;
  });

const bytesOf = (row: readonly unknown[]) => total(row.map((cell) => Buffer.byteLength(`${cell}`)));

async function fill(end: MoveEnd): Promise<void> {
  for (const [serial, size] of sizes.entries()) await end.write(keys, [rowOf(size, serial)]);
}

/** Reads all, and judges what comes at once. */
async function judge(t: Test, end: MoveEnd): Promise<void> {
  const groups: number[][] = [];
  for await (const rows of end.read(keys)) groups.push(rows.map(bytesOf));
  t.equal(groups.flat().length, sizes.length);
  t.ok(
    groups.every((group) => isFew(group)),
    JSON.stringify(groups.map((group) => [group.length, total(group)])),
  );
  t.ok(groups.length < 12, `small rows come together: ${groups.length}`);
}

function isFew(group: readonly number[]): boolean {
  return group.length === 1 || (group.length <= most.rows && total(group) <= most.bytes);
}

t.test('rows of a file come few at once, the fewer the larger they are', async (t) => {
  const end = await openFileToMove(t.testdir({}), box, true);
  t.teardown(() => end.close());
  await fill(end);
  await judge(t, end);
});

if (url === undefined) t.pass(noPostgres, { skip: noPostgres });
else {
  t.test('rows of a database too, and no answer of it holds more', async (t) => {
    const end = await openDatabaseToMove(url, box);
    t.teardown(() => end.close());
    await fill(end);
    const asked = t.capture(Client.prototype, 'query', Client.prototype.query);
    await judge(t, end);
    const answers = await Promise.all(asked().map((call) => ('returned' in call ? call.returned : undefined)));
    const rowsOf = (answer: unknown): object[] => Object(answer).rows;
    const held = answers.map((answer) => rowsOf(answer).map((row) => bytesOf(Object.values(row))));
    t.ok(held.length > 3);
    t.ok(held.every((group) => group.length === 1 || total(group) <= most.bytes));
  });
}
