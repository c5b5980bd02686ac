import type { Claim } from '../../amocrm/operation/claim-log.ts';
import type { Change, KeyName, WriteChange } from '../../journal/key-store.ts';
import { columnsOf } from './columns-of.ts';
import type { Database } from './database.ts';
import { change, type Fence, isHeld } from './fence.ts';
import { createGroups } from './groups.ts';

/** An id that an answer has named, at that address. */
type AddedClaim = { claim: Claim & { address: string | null } };
/** A key is put or dropped, or an id is claimed. */
export type JournalChange = Change | { name: KeyName } | AddedClaim;
export type CommitChange = (item: JournalChange) => Promise<undefined>;
type Written = KeyName & Omit<WriteChange, 'row'> & { row: NonNullable<WriteChange['row']> };

export interface JournalChangesOptions {
  database: Database;
  fence: Fence;
  now(): number;
  onFailedCommit(): void;
}

export const ofWrite = 'caller, key, step, name, method, collection, body, before, sent_at, ended_at, answer';
export const isKey = (table: string) => `${table}.account = $1 AND ${table}.caller = n.caller AND ${table}.key = n.key`;

/**
 * A join that looks each one up by itself. Otherwise the server may read all that the account has instead: of what was
 * written lately it knows no numbers.
 */
export const each = (found: string) => `CROSS JOIN LATERAL (${found} LIMIT 1) AS found`;
const rowsOf = (table: string, names: string, found: string) =>
  `ctid = ANY (ARRAY(SELECT found.ctid FROM ${names} ${each(`SELECT ctid FROM ${table} WHERE ${found}`)}))`;

const undone = 'unnest($12::text[], $13::text[], $14::integer[], $15::text[]) AS n (caller, key, step, name)';
const isWrite = `${isKey('writes')} AND writes.step = n.step AND writes.name = n.name`;

const changeKeys =
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
/** `first`: the number of its first value. */
const addClaims = (first: number) =>
  'claimed AS (INSERT INTO claims (account, collection, id, at, address) SELECT $1, collection, id, at, address FROM ' +
  `unnest($${first}::text[], $${first + 1}::bigint[], $${first + 2}::bigint[], $${first + 3}::text[]) WITH ORDINALITY ` +
  'AS n (collection, id, at, address, place), lease ORDER BY place)';

/**
 * Commits what one account's requests have done, in groups. An id is claimed together with the change of its key that says
 * so, which is added in the same turn of the event loop, or after that: a claim alone would hide what the key has made from
 * whoever looks for it.
 */
export function createJournalChanges(options: JournalChangesOptions): CommitChange {
  const { database, fence, now, onFailedCommit } = options;

  async function commit(changes: readonly JournalChange[]) {
    const claims = changes.flatMap((item) => ('claim' in item ? [item.claim] : []));
    const ofKeys = changes.filter((item) => 'name' in item);
    const added = columnsOf(claims, ['collection', 'id', 'at', 'address']);
    if (ofKeys.length === 0) await change(database, fence, addClaims(3), added);
    else {
      const statements = claims.length === 0 ? changeKeys : `${changeKeys}, ${addClaims(27)}`;
      await change(database, fence, statements, [...valuesOf(ofKeys, now), ...(claims.length === 0 ? [] : added)]);
    }
    return () => undefined;
  }

  return createGroups<JournalChange, undefined>({
    run: commit,
    nameOf: (item) => ('name' in item ? JSON.stringify([item.name.caller, item.name.key]) : item),
    comesLast: (item) => 'claim' in item,
    sizeOf,
    onFailure: onFailedCommit,
  });
}

function valuesOf(changes: readonly (Change | { name: KeyName })[], now: () => number): unknown[] {
  const puts = changes.filter((item) => 'row' in item);
  const drops = changes.filter((item) => !('row' in item)).map(({ name }) => name);
  const keys = puts.map(({ name, row }) => ({ ...name, ...row }));
  const writes = puts.flatMap(({ name, writes }) => writes.map((write) => ({ ...name, ...write })));
  const undone = writes.filter(({ row }) => row === undefined);
  const written = writes
    .filter((write): write is Written => write.row !== undefined)
    .map(({ row, ...name }) => ({ ...name, ...row }));
  return [
    ...columnsOf(drops, ['caller', 'key']),
    Math.floor(now()),
    ...columnsOf(keys, ['caller', 'key', 'fingerprint', 'checkpoint', 'response', 'address']),
    ...columnsOf(undone, ['caller', 'key', 'step', 'name']),
    ...columnsOf(written, ['caller', 'key', 'step', 'name', 'method', 'collection', 'body', 'before']),
    ...columnsOf(written, ['sent_at', 'ended_at', 'answer']),
  ];
}

function sizeOf(item: JournalChange): number {
  if (!('row' in item)) return 0;
  const { row, writes } = item;
  const texts = writes.map((write) => (write.row?.body.length ?? 0) + (write.row?.answer?.length ?? 0));
  return texts.reduce((sum, text) => sum + text, row.checkpoint.length + (row.response?.length ?? 0));
}
