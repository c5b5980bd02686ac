import type { DatabaseSync } from 'node:sqlite';
import type { Change, KeyStore } from '../../journal/key-store.ts';
import { readKeyRow, readWriteRow } from '../../journal/rows.ts';
import { holdsKey, keptMs } from '../kept.ts';
import { preparePutClaim } from './claims.ts';
import type { GroupCommit } from './group-commit.ts';

/** The journal's tables; the function gives the part of one account. Changes are committed in groups. */
export function createKeyTables(
  database: DatabaseSync,
  { commit }: GroupCommit,
  now: () => number,
): (account: string) => KeyStore {
  const statements = prepareAll(database);
  const putClaim = preparePutClaim(database);

  function apply(account: string, { name: { caller, key }, row, writes, claims = [] }: Change): void {
    const whose = [account, caller, key] as const;
    statements.putKey.run(...whose, row.fingerprint, row.checkpoint, row.response, now(), row.address);
    for (const { step, name, row: write } of writes) {
      if (write === undefined) statements.dropWrite.run(...whose, step, name);
      else {
        const { method, collection, body, before, sent_at, ended_at, answer } = write;
        statements.putWrite.run(...whose, step, name, method, collection, body, before, sent_at, ended_at, answer);
      }
    }
    for (const claim of claims) putClaim(account, claim);
  }

  return (account) => ({
    async find({ caller, key }) {
      const found = statements.findKey.get(account, caller, key);
      if (found === undefined) return undefined;
      const row = readKeyRow(found);
      const isOld = row.changed_at <= now() - keptMs.key;
      if (isOld && statements.heldKey.get(account, caller, key) === undefined) {
        await commit(() => void statements.dropKey.run(account, caller, key));
        return undefined;
      }
      const writes = statements.writesOf.all(account, caller, key).map(readWriteRow);
      return row.response === null && writes.length === 0 ? undefined : { row, writes };
    },
    openCreates: async (since) => statements.openCreates.all(account, since).map(readWriteRow),
    put: (change) => commit(() => apply(account, change)),
    drop: ({ caller, key }) => commit(() => void statements.dropKey.run(account, caller, key)),
  });
}

function prepareAll(database: DatabaseSync) {
  const isKey = 'account = ? AND caller = ? AND key = ?';
  return {
    findKey: database.prepare(`SELECT fingerprint, checkpoint, response, changed_at, address FROM keys WHERE ${isKey}`),
    heldKey: database.prepare(`SELECT 1 FROM jobs WHERE ${isKey} AND ${holdsKey}`),
    writesOf: database.prepare(`SELECT * FROM writes WHERE ${isKey} ORDER BY place`),
    openCreates: database.prepare(
      'SELECT writes.* FROM writes INDEXED BY open_creates JOIN keys USING (account, caller, key) ' +
        "WHERE writes.account = ? AND method = 'POST' AND answer IS NULL AND changed_at > ? ORDER BY place",
    ),
    putKey: database.prepare(
      'INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, ' +
        'checkpoint = excluded.checkpoint, response = excluded.response, changed_at = excluded.changed_at, ' +
        'address = excluded.address',
    ),
    dropKey: database.prepare(`DELETE FROM keys WHERE ${isKey}`),
    putWrite: database.prepare(
      'INSERT INTO writes (account, caller, key, step, name, method, collection, body, before, sent_at, ended_at, answer) ' +
        'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body, ' +
        'before = excluded.before, sent_at = excluded.sent_at, ended_at = excluded.ended_at, answer = excluded.answer',
    ),
    dropWrite: database.prepare(`DELETE FROM writes WHERE ${isKey} AND step = ? AND name = ?`),
  };
}
