import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setImmediate } from 'node:timers/promises';
import type { AccountRecord } from '../../config/account-settings.ts';
import type { AccountTable } from '../../config/account-table.ts';
import { readAccount, readNamedAccount } from '../rows/account.ts';
import { accessColumn } from '../sealed-columns.ts';
import type { SecretBox } from '../secret-box.ts';
import type { GroupCommit } from './group-commit.ts';
import { withOpenJobs } from './job-statements.ts';
import { listTokenTimes } from './tokens.ts';

/** Rows that one commit deletes: others wait meanwhile. */
const rowsAtOnce = 100;

/** What an account has, by table, and what tells its rows apart. */
const rowsOf = {
  keys: 'account, caller, key',
  claims: 'place',
  doubts: 'account, identity',
  jobs: 'place',
  addresses: 'account, address',
};

/** The table of accounts. Their ways of access are sealed. */
export function createAccountTable(
  database: DatabaseSync,
  { commit, commitUnflushed }: GroupCommit,
  box: SecretBox,
): AccountTable {
  const find = database.prepare('SELECT * FROM accounts WHERE id = ?');
  const list = database.prepare('SELECT * FROM accounts ORDER BY id');
  const ids = database.prepare('SELECT id AS account FROM accounts');
  const put = database.prepare('INSERT OR REPLACE INTO accounts VALUES (?, ?, ?, ?, ?, ?, ?)');
  const remove = database.prepare('DELETE FROM accounts WHERE id = ?');
  const forget = ['tokens', 'grants'].map((table) => database.prepare(`DELETE FROM ${table} WHERE account = ?`));
  const endKeys = database.prepare('DELETE FROM api_keys WHERE accounts = json_array(?)');
  const narrowKeys = database.prepare(
    'UPDATE api_keys SET accounts = (SELECT json_group_array(value ORDER BY key) FROM json_each(accounts) WHERE value <> ?1) ' +
      'WHERE ?1 IN (SELECT value FROM json_each(accounts))',
  );
  const mark = database.prepare('INSERT OR IGNORE INTO removals VALUES (?)');
  const isMarked = database.prepare('SELECT 1 FROM removals WHERE account = ?');
  const marked = database.prepare('SELECT account FROM removals');
  const unmark = database.prepare(
    `DELETE FROM removals WHERE account = ?1 AND ${Object.keys(rowsOf)
      .map((table) => `NOT EXISTS (SELECT 1 FROM ${table} WHERE account = ?1)`)
      .join(' AND ')}`,
  );
  const openJobs = database.prepare(
    `${withOpenJobs} SELECT account FROM found WHERE account IS NOT NULL AND account NOT IN (SELECT account FROM removals)`,
  );
  const tokenTimes = listTokenTimes(database);
  const some = (table: string, row: string) =>
    database.prepare(
      `DELETE FROM ${table} WHERE (${row}) IN (SELECT ${row} FROM ${table} WHERE account = ?1 AND ` +
        // Another call may have ended this first, and the account may have been added again.
        `EXISTS (SELECT 1 FROM removals WHERE account = ?1) LIMIT ${rowsAtOnce})`,
    );
  const all = Object.entries(rowsOf).map(([table, row]) => some(table, row));

  function write({ id, baseUrl, access, fieldMap, rateLimit, batchSize, isDisabled }: AccountRecord): void {
    const sealed = box.seal(JSON.stringify(access), { ...accessColumn, account: id });
    put.run(id, baseUrl, sealed, JSON.stringify(fieldMap), rateLimit, batchSize, Number(isDisabled));
  }

  /** Deletes rows of an account that nobody uses. */
  async function clear(id: string, deletions: readonly StatementSync[]): Promise<void> {
    for (const statement of deletions) {
      let isMore = true;
      while (isMore && database.isOpen) {
        await commitUnflushed(() => {
          isMore = statement.run(id).changes !== 0;
        });
        await setImmediate();
      }
    }
  }

  /** Deletes what is left of an account that has been deleted, where the process ended before, too. */
  async function clearRemoved(id: string): Promise<void> {
    if (isMarked.get(id) === undefined) return;
    await clear(id, all);
    if (database.isOpen) await commitUnflushed(() => void unmark.run(id));
  }

  return {
    async find(id) {
      const row = find.get(id);
      return row === undefined ? undefined : readAccount(row, box);
    },
    list: async () => list.all().map((row) => readAccount(row, box)),
    ids: async () => ids.all().map(readNamedAccount),
    async put(account, { forgetsTokens = false } = {}) {
      await clearRemoved(account.id);
      await commit(() => {
        if (forgetsTokens) for (const statement of forget) statement.run(account.id);
        write(account);
      });
    },
    async remove(id) {
      let isThere = false;
      await commit(() => {
        isThere = remove.run(id).changes !== 0;
        if (!isThere) return;
        for (const statement of forget) statement.run(id);
        for (const statement of [endKeys, narrowKeys]) statement.run(id);
        // The other rows are deleted in small parts after that, or by the next sweep if the process ends now.
        mark.run(id);
      });
      return isThere;
    },
    clear: clearRemoved,
    async clearRemoved() {
      for (const row of marked.all()) if (database.isOpen) await clearRemoved(readNamedAccount(row));
    },
    tokenTimes: async () => tokenTimes(),
    withOpenJobs: async () => openJobs.all().map(readNamedAccount),
  };
}
