import type { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import type { Callback, CallbackStore, OwedDelivery } from '../../jobs/callbacks/callback-store.ts';
import { readJob } from '../../jobs/job.ts';
import { checkOf } from '../../schemas/check.ts';
import { readCallback } from '../rows/callback.ts';
import { callbackPlace } from '../sealed-columns.ts';
import type { SecretBox } from '../secret-box.ts';
import type { GroupCommit } from './group-commit.ts';
import { columns, longestAfter } from './job-statements.ts';

const NumberOrNull = Type.Union([Type.Number(), Type.Null()]);
const placeRow = checkOf(Type.Object({ place: Type.Integer() }));
const callerRow = checkOf(Type.Object({ caller: Type.String() }));
const momentRow = checkOf(Type.Object({ at: NumberOrNull }));
const ownerRow = checkOf(Type.Object({ account: Type.String() }));
const countRow = checkOf(Type.Object({ count: Type.Integer() }));

/** Deliveries that become due in one commit. */
const dueAtOnce = 1000;

// Jobs that an interrupted deletion of an account has left are owed to nobody.
const isAnybodys = 'callback_at IS NOT NULL AND account NOT IN (SELECT account FROM removals)';
const isOwed = `caller = ? AND ${isAnybodys}`;

/** The table of callbacks, and that part of the table of jobs that says what is owed to them. */
export function createCallbackTable(
  database: DatabaseSync,
  { commit, commitUnflushed }: GroupCommit,
  box: SecretBox,
): CallbackStore {
  const prepare = (sql: string) => database.prepare(sql);
  const find = prepare('SELECT * FROM callbacks WHERE caller = ?');
  const put = prepare('INSERT OR REPLACE INTO callbacks VALUES (?, ?, ?, ?, ?, ?, NULL)');
  const remove = prepare('DELETE FROM callbacks WHERE caller = ?');
  const switchOff = prepare('UPDATE callbacks SET off_at = ? WHERE caller = ? AND changed_at = ?');
  const owed = prepare(`SELECT DISTINCT caller FROM jobs INDEXED BY owed_callbacks WHERE ${isAnybodys}`);
  const due = prepare(`SELECT place FROM jobs WHERE ${isOwed} AND callback_at <= ? ORDER BY callback_at LIMIT ?`);
  const nextAt = prepare(`SELECT min(callback_at) AS at FROM jobs WHERE ${isOwed} AND callback_at > ?`);
  const hasten = prepare(
    `UPDATE jobs SET callback_at = ?2 WHERE place IN (SELECT place FROM jobs WHERE caller = ?1 AND ` +
      `${isAnybodys} AND callback_at > ?2 + ${longestAfter('callback_tries', '?3')} AND ` +
      `place NOT IN (SELECT value FROM json_each(?4)) LIMIT ${dueAtOnce})`,
  );
  const job = prepare(`SELECT ${columns} FROM jobs WHERE place = ? AND ${isAnybodys}`);
  const owner = prepare('SELECT account FROM jobs WHERE place = ?');
  const settle = prepare(
    'UPDATE jobs SET callback_state = ?, callback_tries = ?, callback_at = ?, callback_failure = ? ' +
      'WHERE place = ? AND callback_at = ? AND ended_at = ?',
  );
  const drop = prepare(
    "UPDATE jobs SET callback_state = 'dropped', callback_at = NULL WHERE place IN " +
      `(SELECT place FROM jobs WHERE ${isOwed} LIMIT ?)`,
  );
  const owedIn = prepare(
    'SELECT count(*) AS count FROM jobs INDEXED BY owed_callbacks WHERE callback_at IS NOT NULL AND account = ?',
  );
  const failing = prepare(
    `SELECT count(*) AS count FROM jobs INDEXED BY owed_callbacks WHERE ${isAnybodys} AND callback_tries > 0`,
  );

  function read(caller: string): Callback | undefined {
    const row = find.get(caller);
    if (row === undefined) return undefined;
    return readCallback(row, box).callback;
  }

  return {
    find: async (caller) => read(caller),
    async put({ caller, url, secret, changedAt }, oldUntil) {
      let before: Callback | undefined;
      await commit(() => {
        before = read(caller);
        const sealed = box.seal(secret, callbackPlace('secret_enc', caller));
        const old = before && box.seal(before.secret, callbackPlace('old_secret_enc', caller));
        const until = before && Math.floor(oldUntil);
        put.run(caller, url, sealed, old ?? null, until ?? null, Math.floor(changedAt));
      });
      return before !== undefined;
    },
    async remove(caller) {
      let isThere = false;
      await commit(() => {
        isThere = remove.run(caller).changes !== 0;
      });
      return isThere;
    },
    switchOff: ({ caller, changedAt }, at) => commit(() => void switchOff.run(Math.floor(at), caller, changedAt)),
    owed: async () => owed.all().map((row) => callerRow.parse(row).caller),
    due: async (caller, now, limit) => due.all(caller, now, limit).map((row) => placeRow.parse(row).place),
    async hasten(caller, now, longestMs, except) {
      const values = [caller, Math.floor(now), JSON.stringify(longestMs), JSON.stringify(except)] as const;
      let hastened = dueAtOnce;
      while (hastened === dueAtOnce) {
        await commitUnflushed(() => {
          hastened = Number(hasten.run(...values).changes);
        });
      }
    },
    nextAt: async (caller, now) => momentRow.parse(nextAt.get(caller, now)).at ?? undefined,
    // No other process has this store.
    async take(place) {
      const row = job.get(place);
      if (row === undefined) return undefined;
      return { place, job: readJob(row), ...ownerRow.parse(owner.get(place)) };
    },
    settle({ place, job: { callback_tries, callback_at, ended_at } }: OwedDelivery, { state, at, failure }) {
      const tries = callback_tries + 1;
      return commit(() => void settle.run(state, tries, at, failure, place, callback_at, ended_at));
    },
    async drop(caller, limit) {
      if (due.get(caller, Number.MAX_SAFE_INTEGER, 1) === undefined) return 0;
      let dropped = 0;
      await commitUnflushed(() => {
        dropped = Number(drop.run(caller, limit).changes);
      });
      return dropped;
    },
    owedIn: async (account) => countRow.parse(owedIn.get(account)).count,
    load: async () => ({ failing: countRow.parse(failing.get()).count }),
  };
}
