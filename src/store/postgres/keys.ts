import { Type } from 'typebox';
import type { Change, KeptKey, KeyName, KeyStore, WriteChange } from '../../journal/key-store.ts';
import { readKeyRow, readWriteRow } from '../../journal/rows.ts';
import { checkOf } from '../../schemas/check.ts';
import { holdsKey, keptMs } from '../kept.ts';
import { addClaims, valuesOfClaims } from './claims.ts';
import { columnsOf } from './columns-of.ts';
import type { Database } from './database.ts';
import { change, type Fence, isHeld } from './fence.ts';
import { createGroups } from './groups.ts';

/** A key is put, or dropped. */
type KeyChange = Change | { name: KeyName };
type Written = KeyName & Omit<WriteChange, 'row'> & { row: NonNullable<WriteChange['row']> };

const foundRow = checkOf(
  Type.Object({
    place: Type.Integer(),
    counts: Type.Boolean(),
    writes: Type.Union([Type.Array(Type.Unknown()), Type.Null()]),
  }),
);

const ofWrite = 'caller, key, step, name, method, collection, body, before, sent_at, ended_at, answer';
const isKey = (table: string) => `${table}.account = $1 AND ${table}.caller = n.caller AND ${table}.key = n.key`;

/**
 * A join that looks each one up by itself. Otherwise the server may read all that the account has instead: of what was
 * written lately it knows no numbers.
 */
const each = (found: string) => `CROSS JOIN LATERAL (${found} LIMIT 1) AS found`;
const rowsOf = (table: string, names: string, found: string) =>
  `ctid = ANY (ARRAY(SELECT found.ctid FROM ${names} ${each(`SELECT ctid FROM ${table} WHERE ${found}`)}))`;

const find =
  'SELECT n.place, fingerprint, checkpoint, response, changed_at, address, ' +
  `(changed_at > $2 OR EXISTS (SELECT 1 FROM jobs WHERE ${isKey('jobs')} AND ${holdsKey})) AS counts, ` +
  `(SELECT json_agg(w) FROM (SELECT ${ofWrite} FROM writes WHERE ${isKey('writes')} ORDER BY place) AS w) AS writes ` +
  'FROM unnest($3::text[], $4::text[]) WITH ORDINALITY AS n (caller, key, place) ' +
  each(`SELECT * FROM keys WHERE ${isKey('keys')}`);

const openCreates =
  `SELECT ${ofWrite} FROM writes JOIN keys USING (account, caller, key) ` +
  "WHERE account = $1 AND method = 'POST' AND answer IS NULL AND changed_at > $2 ORDER BY place";

const undone = 'unnest($12::text[], $13::text[], $14::integer[], $15::text[]) AS n (caller, key, step, name)';
const isWrite = `${isKey('writes')} AND writes.step = n.step AND writes.name = n.name`;

const apply =
  `dropped AS (DELETE FROM keys WHERE ${isHeld} AND ` +
  `${rowsOf('keys', 'unnest($3::text[], $4::text[]) AS n (caller, key)', isKey('keys'))}), ` +
  'put AS (INSERT INTO keys SELECT $1, caller, key, fingerprint, checkpoint, response, $5::bigint, address FROM ' +
  'unnest($6::text[], $7::text[], $8::text[], $9::text[], $10::text[], $11::text[]) ' +
  'AS n (caller, key, fingerprint, checkpoint, response, address), lease ' +
  'ON CONFLICT (account, caller, key) DO UPDATE SET fingerprint = excluded.fingerprint, ' +
  'checkpoint = excluded.checkpoint, response = excluded.response, changed_at = excluded.changed_at, ' +
  'address = excluded.address), ' +
  `undone AS (DELETE FROM writes WHERE ${isHeld} AND ${rowsOf('writes', undone, isWrite)}), ` +
  `written AS (INSERT INTO writes (account, ${ofWrite}) SELECT $1, ${ofWrite} FROM unnest($16::text[], $17::text[], ` +
  '$18::integer[], $19::text[], $20::text[], $21::text[], $22::text[], $23::text[], $24::bigint[], $25::bigint[], ' +
  `$26::text[]) WITH ORDINALITY AS n (${ofWrite}, place), lease ORDER BY place ` +
  'ON CONFLICT (account, caller, key, step, name) DO UPDATE SET body = excluded.body, before = excluded.before, ' +
  'sent_at = excluded.sent_at, ended_at = excluded.ended_at, answer = excluded.answer)';

export interface KeyOptions {
  database: Database;
  fence: Fence;
  now(): number;
  onFailedCommit(): void;
}

/** The journal of one account. Keys are read and changed in groups. */
export function createKeyStore({ database, fence, now, onFailedCommit }: KeyOptions): KeyStore {
  const [account] = fence;
  const nameOf = ({ name: { caller, key } }: KeyChange) => JSON.stringify([caller, key]);

  async function read(names: readonly KeyName[]) {
    const since = Math.floor(now() - keptMs.key);
    const rows = await database.query(find, [account, since, ...columnsOf(names, ['caller', 'key'])]);
    const found = new Map(rows.map((row) => [names[foundRow.parse(row).place - 1], row]));
    return (name: KeyName) => found.get(name);
  }

  async function commit(changes: readonly KeyChange[]) {
    const puts = changes.filter((item) => 'row' in item);
    const drops = changes.filter((item) => !('row' in item)).map(({ name }) => name);
    const keys = puts.map(({ name, row }) => ({ ...name, ...row }));
    const writes = puts.flatMap(({ name, writes }) => writes.map((write) => ({ ...name, ...write })));
    const undone = writes.filter(({ row }) => row === undefined);
    const written = writes
      .filter((write): write is Written => write.row !== undefined)
      .map(({ row, ...name }) => ({ ...name, ...row }));
    const claims = puts.flatMap((item) => item.claims ?? []);
    const statements = claims.length === 0 ? apply : `${apply}, ${addClaims(27)}`;
    await change(database, fence, statements, [
      ...columnsOf(drops, ['caller', 'key']),
      Math.floor(now()),
      ...columnsOf(keys, ['caller', 'key', 'fingerprint', 'checkpoint', 'response', 'address']),
      ...columnsOf(undone, ['caller', 'key', 'step', 'name']),
      ...columnsOf(written, ['caller', 'key', 'step', 'name', 'method', 'collection', 'body', 'before']),
      ...columnsOf(written, ['sent_at', 'ended_at', 'answer']),
      ...(claims.length === 0 ? [] : valuesOfClaims(claims)),
    ]);
    return () => undefined;
  }

  const reading = createGroups({ run: read, nameOf: ({ caller, key }: KeyName) => JSON.stringify([caller, key]) });
  const changing = createGroups<KeyChange, undefined>({ run: commit, nameOf, sizeOf, onFailure: onFailedCommit });

  return {
    async find(name) {
      const found = await reading(name);
      if (found === undefined) return undefined;
      const { counts, writes } = foundRow.parse(found);
      if (!counts) {
        await changing({ name });
        return undefined;
      }
      const kept: KeptKey = { row: readKeyRow(found), writes: (writes ?? []).map(readWriteRow) };
      return kept.row.response === null && kept.writes.length === 0 ? undefined : kept;
    },
    openCreates: async (since) => (await database.query(openCreates, [account, Math.floor(since)])).map(readWriteRow),
    put: changing,
    drop: (name) => changing({ name }),
  };
}

function sizeOf(item: KeyChange): number {
  if (!('row' in item)) return 0;
  const { row, writes } = item;
  const texts = writes.map((write) => (write.row?.body.length ?? 0) + (write.row?.answer?.length ?? 0));
  return texts.reduce((sum, text) => sum + text, row.checkpoint.length + (row.response?.length ?? 0));
}
