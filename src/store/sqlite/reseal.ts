import type { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import { accessColumn, callbackColumns, tokenColumns } from '../sealed-columns.ts';
import type { SecretBox } from '../secret-box.ts';

const secretRow = checkOf(Type.Object({ account: Type.String(), place: Type.Unknown(), text: Type.String() }));

/** Seals with the newest key whatever is not sealed with it, so that an old key can be given up after one start. */
export function resealAll(database: DatabaseSync, box: SecretBox): void {
  database.exec('BEGIN IMMEDIATE');
  reseal(database, box, { ...accessColumn, id: 'id', account: 'id' });
  for (const column of tokenColumns)
    reseal(database, box, { table: 'tokens', column, id: 'rowid', account: 'account' });
  for (const column of callbackColumns)
    reseal(database, box, { table: 'callbacks', column, id: 'caller', account: 'caller' });
  database.exec('COMMIT');
}

interface Column {
  table: string;
  column: string;
  /** What finds a row again. */
  id: string;
  /** The column that holds the account, or whose the secret is. */
  account: string;
}

function reseal(database: DatabaseSync, box: SecretBox, { table, column, id, account: whose }: Column): void {
  const put = database.prepare(`UPDATE ${table} SET ${column} = ? WHERE ${id} = ?`);
  const find = `SELECT ${whose} AS account, ${id} AS place, ${column} AS text FROM ${table} WHERE ${column} IS NOT NULL`;
  const rows = database.prepare(find).all();
  for (const row of rows) {
    const { account, text } = secretRow.parse(row);
    if (box.isFresh(text)) continue;
    const place = { table, column, account };
    put.run(box.seal(box.open(text, place), place), row.place ?? null);
  }
}
