import type { DatabaseSync } from 'node:sqlite';
import type { Change, KeyStore } from '../../journal/key-store.ts';
import { readKeyRow, readWriteRow } from '../../journal/rows.ts';
import type { GroupCommit } from './group-commit.ts';
import { holdsKey } from './job-statements.ts';
import { keptMs } from './sweep.ts';

/** The journal's tables. Changes are committed in groups. `expire` deletes what has expired. */
export function createKeyStore(
  database: DatabaseSync,
  { commit }: GroupCommit,
  { now, expire }: { now: () => number; expire: () => Promise<void> },
): KeyStore {
  const statements = prepareAll(database);

  function apply({ name: { caller, key }, row, writes }: Change): void {
    statements.putKey.run(caller, key, row.fingerprint, row.checkpoint, row.response, now());
    for (const { step, name, row: write } of writes) {
      if (write === undefined) statements.dropWrite.run(caller, key, step, name);
      else {
        const { method, collection, body, before, sent_at, ended_at, answer } = write;
        statements.putWrite.run(caller, key, step, name, method, collection, body, before, sent_at, ended_at, answer);
      }
    }
  }

  return {
    async find({ caller, key }) {
      const found = statements.findKey.get(caller, key);
      if (found === undefined) return undefined;
      const row = readKeyRow(found);
      const isOld = row.changed_at <= now() - keptMs.key;
      if (isOld && statements.heldKey.get(caller, key) === undefined) {
        await commit(() => void statements.dropKey.run(caller, key));
        return undefined;
      }
      const writes = statements.writesOf.all(caller, key).map(readWriteRow);
      return row.response === null && writes.length === 0 ? undefined : { row, writes };
    },
    openCreates: async (since) => statements.openCreates.all(since).map(readWriteRow),
    put: (change) => commit(() => apply(change)),
    drop: ({ caller, key }) => commit(() => void statements.dropKey.run(caller, key)),
    expire,
  };
}

function prepareAll(database: DatabaseSync) {
  return {
    findKey: database.prepare(
      'SELECT fingerprint, checkpoint, response, changed_at FROM keys WHERE caller = ? AND key = ?',
    ),
    heldKey: database.prepare(`SELECT 1 FROM jobs WHERE caller = ? AND key = ? AND ${holdsKey}`),
    writesOf: database.prepare('SELECT * FROM writes WHERE caller = ? AND key = ? ORDER BY place'),
    openCreates: database.prepare(
      'SELECT writes.* FROM writes INDEXED BY open_creates JOIN keys USING (caller, key) ' +
        "WHERE method = 'POST' AND answer IS NULL AND changed_at > ? ORDER BY place",
    ),
    putKey: database.prepare(
      'INSERT INTO keys VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET fingerprint = excluded.fingerprint, ' +
        'checkpoint = excluded.checkpoint, response = excluded.response, changed_at = excluded.changed_at',
    ),
    dropKey: database.prepare('DELETE FROM keys WHERE caller = ? AND key = ?'),
    putWrite: database.prepare(
      'INSERT INTO writes (caller, key, step, name, method, collection, body, before, sent_at, ended_at, answer) ' +
        'VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET body = excluded.body, ' +
        'before = excluded.before, sent_at = excluded.sent_at, ended_at = excluded.ended_at, answer = excluded.answer',
    ),
    dropWrite: database.prepare('DELETE FROM writes WHERE caller = ? AND key = ? AND step = ? AND name = ?'),
  };
}
