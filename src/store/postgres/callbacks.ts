import { Type } from 'typebox';
import type { Callback, CallbackStore, OwedDelivery } from '../../jobs/callbacks/callback-store.ts';
import { readJob } from '../../jobs/job.ts';
import { checkOf } from '../../schemas/check.ts';
import { readCallback } from '../rows/callback.ts';
import { callbackPlace } from '../sealed-columns.ts';
import type { SecretBox } from '../secret-box.ts';
import type { Database } from './database.ts';
import { columns, longestAfter } from './job-statements.ts';

const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);
const placeRow = checkOf(Type.Object({ place: Type.Integer() }));
const callerRow = checkOf(Type.Object({ caller: Type.String() }));
const momentRow = checkOf(Type.Object({ at: NumberOrNull }));
const ownerRow = checkOf(Type.Object({ account: Type.String() }));
const countRow = checkOf(Type.Object({ count: Type.Integer() }));
const putRow = checkOf(Type.Object({ isNew: Type.Boolean() }));

/** Deliveries that become due in one statement. */
const dueAtOnce = 1000;

const find = 'SELECT * FROM callbacks WHERE caller = $1';
/** Replaces the callback only while it has the secret that was read before. */
const put =
  'INSERT INTO callbacks VALUES ($1, $2, $3, $4, $5, $6, NULL) ON CONFLICT (caller) DO UPDATE SET url = excluded.url, ' +
  'secret_enc = excluded.secret_enc, old_secret_enc = excluded.old_secret_enc, old_until = excluded.old_until, ' +
  'changed_at = excluded.changed_at, off_at = NULL WHERE callbacks.secret_enc = $7 RETURNING xmax = 0 AS "isNew"';
const remove = 'DELETE FROM callbacks WHERE caller = $1 RETURNING caller';
const switchOff = 'UPDATE callbacks SET off_at = $1 WHERE caller = $2 AND changed_at = $3';
// Jobs that an interrupted deletion of an account has left are owed to nobody.
const isAnybodys = 'callback_at IS NOT NULL AND account NOT IN (SELECT account FROM removals)';
const isOwed = `caller = $1 AND ${isAnybodys}`;
const owed = `SELECT DISTINCT caller FROM jobs WHERE ${isAnybodys}`;
const due = `SELECT place FROM jobs WHERE ${isOwed} AND callback_at <= $2 ORDER BY callback_at LIMIT $3`;
const nextAt = `SELECT min(callback_at) AS at FROM jobs WHERE ${isOwed} AND callback_at > $2`;
const hasten =
  `UPDATE jobs SET callback_at = $2 WHERE place IN (SELECT place FROM jobs WHERE ${isOwed} AND ` +
  `callback_at > $2 + ${longestAfter('callback_tries', '$3::bigint[]')} AND place <> ALL ($4::bigint[]) ` +
  `LIMIT ${dueAtOnce}) RETURNING 1`;
// Of two replicas the second waits for the first, and finds that it is not due any more.
const take =
  `UPDATE jobs SET callback_at = $3 WHERE place = $1 AND callback_at <= $2 AND ${isAnybodys} ` +
  `RETURNING account, ${columns}`;
const settle =
  'UPDATE jobs SET callback_state = $1, callback_tries = $2, callback_at = $3, callback_failure = $4 ' +
  'WHERE place = $5 AND callback_at = $6 AND ended_at = $7';
const drop =
  "UPDATE jobs SET callback_state = 'dropped', callback_at = NULL WHERE place IN " +
  `(SELECT place FROM jobs WHERE ${isOwed} LIMIT $2) RETURNING 1`;
const owedIn = 'SELECT count(*) AS count FROM jobs WHERE callback_at IS NOT NULL AND account = $1';
const failing = `SELECT count(*) AS count FROM jobs WHERE ${isAnybodys} AND callback_tries > 0`;

/** The table of callbacks, and that part of the table of jobs that says what is owed to them. */
export function createCallbackTable({ query }: Database, box: SecretBox): CallbackStore {
  async function read(caller: string): Promise<{ callback: Callback; sealed: string } | undefined> {
    const [row] = await query(find, [caller]);
    if (row === undefined) return undefined;
    return readCallback(row, box);
  }

  return {
    find: async (caller) => (await read(caller))?.callback,
    async put({ caller, url, secret, changedAt }, oldUntil) {
      const sealed = box.seal(secret, callbackPlace('secret_enc', caller));
      for (;;) {
        const before = await read(caller);
        const old = before && box.seal(before.callback.secret, callbackPlace('old_secret_enc', caller));
        const times = [before === undefined ? null : Math.floor(oldUntil), Math.floor(changedAt)];
        const [row] = await query(put, [caller, url, sealed, old ?? null, ...times, before?.sealed ?? null]);
        if (row !== undefined) return !putRow.parse(row).isNew;
        // Another request has put it meanwhile.
      }
    },
    remove: async (caller) => (await query(remove, [caller])).length > 0,
    async switchOff({ caller, changedAt }, at) {
      await query(switchOff, [Math.floor(at), caller, changedAt]);
    },
    owed: async () => (await query(owed)).map((row) => callerRow.parse(row).caller),
    due: async (caller, now, limit) =>
      (await query(due, [caller, Math.floor(now), limit])).map((row) => placeRow.parse(row).place),
    async hasten(caller, now, longestMs, except) {
      const values = [caller, Math.floor(now), longestMs, except];
      while ((await query(hasten, values)).length === dueAtOnce);
    },
    async nextAt(caller, now) {
      const [row] = await query(nextAt, [caller, Math.floor(now)]);
      return momentRow.parse(row).at ?? undefined;
    },
    async take(place, now, until) {
      const [row] = await query(take, [place, Math.floor(now), Math.ceil(until)]);
      if (row === undefined) return undefined;
      const { account } = ownerRow.parse(row);
      return { place, account, job: readJob(row) };
    },
    async settle({ place, job: { callback_tries, callback_at, ended_at } }: OwedDelivery, { state, at, failure }) {
      await query(settle, [state, callback_tries + 1, at, failure, place, callback_at, ended_at]);
    },
    drop: async (caller, limit) => (await query(drop, [caller, limit])).length,
    async owedIn(account) {
      const [row] = await query(owedIn, [account]);
      return countRow.parse(row).count;
    },
    async load() {
      const [row] = await query(failing);
      return { failing: countRow.parse(row).count };
    },
  };
}
