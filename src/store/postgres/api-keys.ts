import { Type } from 'typebox';
import type { ApiKeyTable } from '../../config/api-key-table.ts';
import { checkOf } from '../../schemas/check.ts';
import { apiKeyColumns as columns, noAccounts, readApiKey } from '../rows/api-key.ts';
import type { Database } from './database.ts';

const countRow = checkOf(Type.Object({ deletions: Type.Integer() }));

const isForSome = `accounts IS DISTINCT FROM '${noAccounts}'`;
const find =
  `SELECT ${columns}, coalesce((SELECT deletions FROM deletion_count), 0) AS deletions FROM api_keys ` +
  `WHERE digest = $1 AND ${isForSome}`;

/** The table of callers' keys. */
export function createApiKeyTable({ query }: Database): ApiKeyTable {
  return {
    async add(digest, { id, caller, accounts, createdAt }) {
      const own = accounts === null ? null : JSON.stringify(accounts);
      await query(`INSERT INTO api_keys (digest, ${columns}) VALUES ($1, $2, $3, $4, $5)`, [
        digest,
        id,
        caller,
        own,
        Math.floor(createdAt),
      ]);
    },
    async find(digest) {
      const [row] = await query(find, [digest]);
      return row === undefined ? undefined : { ...readApiKey(row), deletionsSeen: countRow.parse(row).deletions };
    },
    list: async () =>
      (await query(`SELECT ${columns} FROM api_keys WHERE ${isForSome} ORDER BY created_at, id`)).map(readApiKey),
    remove: async (id) => (await query('DELETE FROM api_keys WHERE id = $1 RETURNING id', [id])).length > 0,
  };
}
