import { Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import { accessColumn, callbackColumns, tokenColumns } from '../sealed-columns.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Database } from './database.ts';

const secretRow = checkOf(Type.Object({ account: Type.String(), text: Type.String() }));

/**
 * Seals with the newest key whatever is not sealed with it, so that an old key can be given up once all replicas have the
 * new one. What has been changed meanwhile is sealed with the key of whoever changed it.
 */
export async function resealAll({ query }: Pick<Database, 'query'>, box: SecretBox): Promise<void> {
  const columns = [
    { ...accessColumn, whose: 'id' },
    ...tokenColumns.map((column) => ({ table: 'tokens', whose: 'account', column })),
    ...callbackColumns.map((column) => ({ table: 'callbacks', whose: 'caller', column })),
  ];
  for (const { table, column, whose } of columns) {
    const rows = await query(`SELECT ${whose} AS account, ${column} AS text FROM ${table} WHERE ${column} IS NOT NULL`);
    for (const { account, text } of rows.map((row) => secretRow.parse(row))) {
      if (box.isFresh(text)) continue;
      const place = { table, column, account };
      const fresh = box.seal(box.open(text, place), place);
      await query(`UPDATE ${table} SET ${column} = $1 WHERE ${whose} = $2 AND ${column} = $3`, [fresh, account, text]);
    }
  }
}
