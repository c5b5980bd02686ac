import { Type } from 'typebox';
import { Elsewhere } from '../../cluster/elsewhere.ts';
import type { AccountTable } from '../../config/account-table.ts';
import { ownershipMessages } from '../../messages/ownership.ts';
import { checkOf } from '../../schemas/check.ts';
import { readAccount, readNamedAccount } from '../rows/account.ts';
import { noAccounts } from '../rows/api-key.ts';
import { accessColumn } from '../sealed-columns.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Database } from './database.ts';

const timesRow = checkOf(Type.Object({ account: Type.String(), issuedAt: Type.Number(), expiresAt: Type.Number() }));

/** Rows that one statement deletes: it has a second and a half. */
const rowsAtOnce = 500;

const columns = 'id, base_url, access_enc, field_map, rate_limit, batch_size, disabled';
// The account of the settings has a row for its owner alone.
const isListed = 'base_url IS NOT NULL';
const isTurn = (epoch: string) =>
  `(accounts.base_url IS NULL OR ${epoch}::bigint IS NULL OR accounts.epoch = ${epoch})`;
const isMarked = 'EXISTS (SELECT 1 FROM removals WHERE account = $1)';
// Without a row the account may be added, once all rows of a deleted one of its id are gone: until then it is marked.
const turn =
  `turn AS (SELECT 1 FROM accounts WHERE id = $1 AND ${isTurn('$9')} FOR UPDATE), ` +
  'free AS (SELECT 1 FROM turn UNION SELECT 1 WHERE coalesce($9::bigint, 0) = 0 AND ' +
  `NOT EXISTS (SELECT 1 FROM accounts WHERE id = $1) AND NOT ${isMarked})`;
const forgetTokens =
  'forgotten AS (DELETE FROM tokens WHERE account = $1 AND $8 AND EXISTS (SELECT 1 FROM turn)), ' +
  'unused AS (DELETE FROM grants WHERE account = $1 AND $8 AND EXISTS (SELECT 1 FROM turn))';
const put =
  `WITH ${turn}, ${forgetTokens} INSERT INTO accounts (${columns}, rested_at, added_after) ` +
  'SELECT $1, $2, $3, $4, $5::integer, $6::integer, $7::boolean, ' +
  '(SELECT at FROM deletions WHERE account = $1), ' +
  '(SELECT deletion_count.deletions FROM deletion_count, deletions WHERE account = $1) FROM free ' +
  'ON CONFLICT (id) DO UPDATE SET base_url = excluded.base_url, access_enc = excluded.access_enc, ' +
  'field_map = excluded.field_map, rate_limit = excluded.rate_limit, batch_size = excluded.batch_size, ' +
  `disabled = excluded.disabled, config_version = accounts.config_version + 1 WHERE ${isTurn('$9')} RETURNING 1`;
const remove =
  `WITH removed AS (DELETE FROM accounts WHERE id = $1 AND ${isListed} AND ${isTurn('$2')} RETURNING id), ` +
  'forgotten AS (DELETE FROM tokens USING removed WHERE account = removed.id), ' +
  'unused AS (DELETE FROM grants USING removed WHERE account = removed.id), ' +
  // A key that is left with no account counts as no key. It is not deleted here: another deletion may be changing it too.
  'narrowed AS (UPDATE api_keys SET accounts = (accounts::jsonb - removed.id)::text FROM removed ' +
  'WHERE accounts::jsonb ? removed.id), ' +
  // The other rows are deleted in small parts after that, or by the next sweep if the process ends now.
  'marked AS (INSERT INTO removals SELECT id FROM removed ON CONFLICT DO NOTHING), ' +
  // Its row is locked until the commit: a process that reads the number sees those deletions too.
  'counted AS (INSERT INTO deletion_count SELECT 1, 1 + coalesce((SELECT max(added_after) FROM accounts), 0) FROM removed ' +
  'ON CONFLICT (place) DO UPDATE SET deletions = deletion_count.deletions + 1), ' +
  'dated AS (INSERT INTO deletions SELECT id, clock_timestamp() FROM removed ' +
  'ON CONFLICT (account) DO UPDATE SET at = excluded.at) SELECT id FROM removed';
const ofAll = ['keys', 'claims', 'doubts', 'jobs', 'addresses'];

const withOpenJobs =
  'SELECT DISTINCT account FROM jobs WHERE ended_at IS NULL AND account NOT IN (SELECT account FROM removals) ' +
  'ORDER BY account';

// The mark may be that of a later deletion by now.
const unmark =
  'DELETE FROM removals WHERE account = $1 AND ' +
  ofAll.map((table) => `NOT EXISTS (SELECT 1 FROM ${table} WHERE account = $1)`).join(' AND ');

/** The table of accounts. Their ways of access are sealed. */
export function createAccountTable({ query }: Database, box: SecretBox): AccountTable {
  /** Deletes rows of an account that nobody uses. */
  async function clear(id: string): Promise<void> {
    for (const table of ofAll) {
      // Rows that another replica is deleting are waited for, then skipped: an empty result means that all are gone.
      const some = `SELECT ctid FROM ${table} WHERE account = $1 AND ${isMarked} LIMIT ${rowsAtOnce} FOR UPDATE`;
      const deletion = `DELETE FROM ${table} WHERE ctid = ANY (ARRAY(${some})) RETURNING 1`;
      for (let isMore = true; isMore; ) isMore = (await query(deletion, [id])).length > 0;
    }
  }

  const isLeft = async (id: string) => (await query(`SELECT 1 WHERE ${isMarked}`, [id])).length > 0;

  /** Deletes what is left of an account that has been deleted, where the process ended before, too. */
  async function clearRemoved(id: string): Promise<void> {
    if (!(await isLeft(id))) return;
    // Another replica may have ended this first, and the account may have been added again.
    await clear(id);
    await query(`DELETE FROM api_keys WHERE accounts = '${noAccounts}'`);
    await query(unmark, [id]);
  }

  const isKnown = async (id: string) =>
    (await query(`SELECT 1 FROM accounts WHERE id = $1 AND ${isListed}`, [id])).length > 0;

  return {
    async find(id) {
      const [row] = await query(`SELECT ${columns} FROM accounts WHERE id = $1 AND ${isListed}`, [id]);
      return row === undefined ? undefined : readAccount(row, box);
    },
    list: async () =>
      (await query(`SELECT ${columns} FROM accounts WHERE ${isListed} ORDER BY id`)).map((row) =>
        readAccount(row, box),
      ),
    ids: async () => (await query(`SELECT id AS account FROM accounts WHERE ${isListed}`)).map(readNamedAccount),
    async put(account, { forgetsTokens = false, epoch = null } = {}) {
      const { id, baseUrl, access, fieldMap, rateLimit, batchSize, isDisabled } = account;
      const sealed = box.seal(JSON.stringify(access), { ...accessColumn, account: id });
      const values = [id, baseUrl, sealed, JSON.stringify(fieldMap), rateLimit, batchSize, isDisabled];
      // It may be deleted meanwhile: its rows are to be deleted first then, too.
      do {
        await clearRemoved(id);
        if ((await query(put, [...values, forgetsTokens, epoch])).length > 0) return;
      } while (await isLeft(id));
      throw elsewhere();
    },
    async remove(id, { epoch = null } = {}) {
      const isThere = (await query(remove, [id, epoch])).length > 0;
      if (!isThere && (await isKnown(id))) throw elsewhere();
      return isThere;
    },
    clear: clearRemoved,
    async clearRemoved() {
      for (const row of await query('SELECT account FROM removals')) await clearRemoved(readNamedAccount(row));
    },
    async tokenTimes() {
      const rows = await query('SELECT account, issued_at AS "issuedAt", expires_at AS "expiresAt" FROM tokens');
      return rows.map((row) => timesRow.parse(row));
    },
    async withOpenJobs() {
      const rows = await query(withOpenJobs);
      return rows.map(readNamedAccount);
    },
  };
}

function elsewhere(): Elsewhere {
  return new Elsewhere(ownershipMessages.elsewhere);
}
