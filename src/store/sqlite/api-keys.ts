import type { DatabaseSync } from 'node:sqlite';
import type { ApiKeyTable } from '../../config/api-key-table.ts';
import { apiKeyColumns as columns, readApiKey } from '../rows/api-key.ts';
import type { GroupCommit } from './group-commit.ts';

/** The table of callers' keys. */
export function createApiKeyTable(database: DatabaseSync, { commit }: GroupCommit): ApiKeyTable {
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
      return row === undefined ? undefined : readApiKey(row);
    },
    list: async () => list.all().map(readApiKey),
    async remove(id) {
      let isThere = false;
      await commit(() => {
        isThere = remove.run(id).changes !== 0;
      });
      return isThere;
    },
  };
}
