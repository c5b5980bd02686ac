import { Type } from 'typebox';
import type { ApiKeyTable, StoredApiKey } from '../../config/api-key-table.ts';
import { checkOf } from '../../schemas/check.ts';
import type { Database } from './database.ts';

const keyRow = checkOf(
  Type.Object({
    id: Type.String(),
    caller: Type.String(),
    accounts: Type.Union([Type.String(), Type.Null()]),
    created_at: Type.Number(),
  }),
);
const accountIds = checkOf(Type.Array(Type.String()));
const columns = 'id, caller, accounts, created_at';

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
      const [row] = await query(`SELECT ${columns} FROM api_keys WHERE digest = $1`, [digest]);
      return row === undefined ? undefined : readKey(row);
    },
    list: async () => (await query(`SELECT ${columns} FROM api_keys ORDER BY created_at, id`)).map(readKey),
    remove: async (id) => (await query('DELETE FROM api_keys WHERE id = $1 RETURNING id', [id])).length > 0,
  };
}

function readKey(row: unknown): StoredApiKey {
  const { id, caller, accounts, created_at } = keyRow.parse(row);
  return {
    id,
    caller,
    accounts: accounts === null ? null : accountIds.parse(JSON.parse(accounts)),
    createdAt: created_at,
  };
}
