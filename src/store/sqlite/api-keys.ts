import type { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import type { ApiKeyTable, StoredApiKey } from '../../config/api-key-table.ts';
import { checkOf } from '../../schemas/check.ts';
import type { GroupCommit } from './group-commit.ts';

const keyRow = checkOf(
  Type.Object({
    id: Type.String(),
    caller: Type.String(),
    accounts: Type.Union([Type.String(), Type.Null()]),
    created_at: Type.Number(),
  }),
);
const accountIds = checkOf(Type.Array(Type.String()));

/** The table of callers' keys. */
export function createApiKeyTable(database: DatabaseSync, { commit }: GroupCommit): ApiKeyTable {
  const columns = 'id, caller, accounts, created_at';
  const add = database.prepare(`INSERT INTO api_keys (digest, ${columns}) VALUES (?, ?, ?, ?, ?)`);
  const find = database.prepare(`SELECT ${columns} FROM api_keys WHERE digest = ?`);
  const list = database.prepare(`SELECT ${columns} FROM api_keys ORDER BY created_at, id`);
  const remove = database.prepare('DELETE FROM api_keys WHERE id = ?');

  return {
    add: (digest, { id, caller, accounts, createdAt }) =>
      commit(
        () =>
          void add.run(digest, id, caller, accounts === null ? null : JSON.stringify(accounts), Math.floor(createdAt)),
      ),
    async find(digest) {
      const row = find.get(digest);
      return row === undefined ? undefined : readKey(row);
    },
    list: async () => list.all().map(readKey),
    async remove(id) {
      let isThere = false;
      await commit(() => {
        isThere = remove.run(id).changes !== 0;
      });
      return isThere;
    },
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
