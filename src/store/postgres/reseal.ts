import { Type } from 'typebox';
import { checkOf } from '../../schemas/check.ts';
import { accessColumn, callbackColumns, tokenColumns } from '../sealed-columns.ts';
import { keyPlace, type SecretBox } from '../secret-box.ts';
import type { Database } from './database.ts';

const secretRow = checkOf(Type.Object({ account: Type.String(), text: Type.String() }));

/**
 * Seals with the newest key whatever is not sealed with it, so that an old key can be given up once all replicas have the
 * new one. What has been changed meanwhile is sealed with the key of whoever changed it. Throws SettingError where the keys
 * are not those of the others: also where there is no secret yet, since replicas sign with them what they pass on.
 */
export async function resealAll({ query }: Pick<Database, 'query'>, box: SecretBox): Promise<void> {
  const columns = [
    { ...accessColumn, whose: 'id' },
    ...tokenColumns.map((column) => ({ table: 'tokens', whose: 'account', column })),
    ...callbackColumns.map((column) => ({ table: 'callbacks', whose: 'caller', column })),
  ];
  for (const column of columns) await reseal(query, box, column);
  await query('INSERT INTO secret_key VALUES (1, $1) ON CONFLICT DO NOTHING', [box.seal('amocrm-steps', keyPlace)]);
  await reseal(query, box, { ...keyPlace, whose: "''::text" });
}

interface Column {
  table: string;
  column: string;
  /** The column that holds whose the secret is. */
  whose: string;
}

async function reseal(query: Database['query'], box: SecretBox, { table, column, whose }: Column): Promise<void> {
  const rows = await query(`SELECT ${whose} AS account, ${column} AS text FROM ${table} WHERE ${column} IS NOT NULL`);
  for (const { account, text } of rows.map((row) => secretRow.parse(row))) {
    if (box.isFresh(text)) continue;
    const place = { table, column, account };
    const fresh = box.seal(box.open(text, place), place);
    await query(`UPDATE ${table} SET ${column} = $1 WHERE ${whose} = $2 AND ${column} = $3`, [fresh, account, text]);
  }
}
