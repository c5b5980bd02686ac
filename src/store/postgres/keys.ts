import { Type } from 'typebox';
import type { KeptKey, KeyName, KeyStore } from '../../journal/key-store.ts';
import { readKeyRow, readWriteRow } from '../../journal/rows.ts';
import { checkOf } from '../../schemas/check.ts';
import { holdsKey, keptMs } from '../kept.ts';
import { columnsOf } from './columns-of.ts';
import type { Database } from './database.ts';
import type { Fence } from './fence.ts';
import { createGroups } from './groups.ts';
import { type CommitChange, each, isKey, ofWrite } from './journal-changes.ts';

const foundRow = checkOf(
  Type.Object({
    place: Type.Integer(),
    counts: Type.Boolean(),
    writes: Type.Union([Type.Array(Type.Unknown()), Type.Null()]),
  }),
);

const find =
  'SELECT n.place, fingerprint, checkpoint, response, changed_at, address, ' +
  `(changed_at > $2 OR EXISTS (SELECT 1 FROM jobs WHERE ${isKey('jobs')} AND ${holdsKey})) AS counts, ` +
  `(SELECT json_agg(w) FROM (SELECT ${ofWrite} FROM writes WHERE ${isKey('writes')} ORDER BY place) AS w) AS writes ` +
  'FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS n (caller, key, place) ' +
  each(`SELECT * FROM keys WHERE ${isKey('keys')}`);

const openCreates =
  `SELECT ${ofWrite} FROM writes JOIN keys USING (account, caller, key) ` +
  "WHERE account = $1 AND method = 'POST' AND answer IS NULL AND changed_at > $2 ORDER BY place";

export interface KeyOptions {
  database: Database;
  fence: Fence;
  now(): number;
  commit: CommitChange;
}

/** The journal of one account. Keys are read in groups. */
export function createKeyStore({ database, fence, now, commit }: KeyOptions): KeyStore {
  const [account] = fence;

  async function read(names: readonly KeyName[]) {
    const since = Math.floor(now() - keptMs.key);
    const rows = await database.query(find, [account, since, ...columnsOf(names, ['caller', 'key'])]);
    const found = new Map(rows.map((row) => [names[foundRow.parse(row).place - 1], row]));
    return (name: KeyName) => found.get(name);
  }

  const reading = createGroups({ run: read, nameOf: ({ caller, key }: KeyName) => JSON.stringify([caller, key]) });

  return {
    async find(name) {
      const found = await reading(name);
      if (found === undefined) return undefined;
      const { counts, writes } = foundRow.parse(found);
      if (!counts) {
        await commit({ name });
        return undefined;
      }
      const kept: KeptKey = { row: readKeyRow(found), writes: (writes ?? []).map(readWriteRow) };
      return kept.row.response === null && kept.writes.length === 0 ? undefined : kept;
    },
    openCreates: async (since) => (await database.query(openCreates, [account, Math.floor(since)])).map(readWriteRow),
    put: commit,
    drop: (name) => commit({ name }),
  };
}
