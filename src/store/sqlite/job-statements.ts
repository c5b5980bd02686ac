import type { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import type { JobLoad, OpenJobs } from '../../jobs/job-store.ts';
import { checkOf } from '../../schemas/check.ts';

export const columns =
  'id, caller, key, route, fingerprint, address, language, state, attempts, run_at, give_up_at, accepted_at, ended_at, ' +
  'result, problem, callback_state, callback_tries, callback_at, callback_failure';
/** Of a job that no callback is due for. */
const noCallback = 'callback_state = NULL, callback_tries = 0, callback_at = NULL, callback_failure = NULL';
const isCaller = 'account = ? AND caller = ?';
const isDue = "state = 'queued' AND run_at IS NULL";
const isWaiting = "state = 'queued' AND run_at IS NOT NULL";

/** The element of a list, as JSON, at that place, or its last one. */
export const longestAfter = (tries: string, list: string) =>
  `json_extract(${list}, '$[' || min(${tries}, json_array_length(${list}) - 1) || ']')`;

const openJobsRow = checkOf(Type.Object({ account: Type.String(), oldestAt: Type.Number() }));
const loadRow = checkOf(
  Type.Object({
    open: Type.Integer(),
    failed: Type.Integer(),
    oldest: Type.Union([Type.Number(), Type.Null()]),
  }),
);

/** The statements of the table of jobs. A job without `run_at` is due, so that the due ones have an index by their order. */
export function prepareJobs(database: DatabaseSync) {
  const prepare = (sql: string) => database.prepare(sql);
  return {
    add: prepare(
      'INSERT INTO jobs (id, account, caller, key, route, fingerprint, address, language, state, attempts, give_up_at, ' +
        "accepted_at, size, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 'queued', 0, ?, ?, ?, ?)",
    ),
    open: prepare(
      'SELECT count(*) AS jobs, total(size) AS bytes FROM ' +
        `(SELECT size FROM jobs INDEXED BY open_jobs WHERE ${isCaller} AND ended_at IS NULL LIMIT ?)`,
    ),
    find: prepare(`SELECT ${columns} FROM jobs WHERE ${isCaller} AND id = ?`),
    byKey: prepare(`SELECT ${columns} FROM jobs WHERE ${isCaller} AND key = ?`),
    atPlace: prepare(`SELECT ${columns} FROM jobs WHERE place = ?`),
    bodyOf: prepare('SELECT body FROM jobs WHERE place = ?'),
    placeOf: prepare(`SELECT place FROM jobs WHERE ${isCaller} AND id = ?`),
    list: prepare(
      `SELECT ${columns} FROM jobs INDEXED BY jobs_of_caller WHERE ${isCaller} AND place < ? ORDER BY place DESC`,
    ),
    listBy: prepare(
      `SELECT ${columns} FROM jobs INDEXED BY jobs_by_state WHERE ${isCaller} AND state = ? AND place < ? ` +
        'ORDER BY place DESC',
    ),
    anyDue: prepare(
      `SELECT 1 WHERE EXISTS (SELECT 1 FROM jobs WHERE account = ?1 AND ${isDue}) OR ` +
        `EXISTS (SELECT 1 FROM jobs WHERE account = ?1 AND ${isWaiting} AND run_at <= ?2)`,
    ),
    becomeDue: prepare(
      'UPDATE jobs SET run_at = NULL WHERE place IN ' +
        `(SELECT place FROM jobs WHERE account = ? AND ${isWaiting} AND run_at <= ? ORDER BY run_at LIMIT ?)`,
    ),
    hasten: prepare(
      'UPDATE jobs SET run_at = NULL WHERE place IN ' +
        `(SELECT place FROM jobs WHERE account = ?1 AND ${isWaiting} AND ` +
        `run_at > ?2 + ${longestAfter('attempts', '?3')} LIMIT ?4)`,
    ),
    due: prepare(
      `SELECT place, size FROM jobs INDEXED BY due_jobs WHERE account = ? AND ${isDue} ORDER BY place LIMIT ?`,
    ),
    run: prepare("UPDATE jobs SET state = 'running' WHERE place = ?"),
    resume: prepare("UPDATE jobs SET state = 'queued' WHERE account = ? AND state = 'running' AND ended_at IS NULL"),
    nextRunAt: prepare(`SELECT min(run_at) AS at FROM jobs WHERE account = ? AND ${isWaiting}`),
    overdue: prepare(
      `SELECT ${columns} FROM jobs WHERE account = ? AND state = 'queued' AND give_up_at <= ? ORDER BY give_up_at LIMIT ?`,
    ),
    end: prepare(
      'UPDATE jobs SET state = ?, attempts = ?, result = ?, problem = ?, ended_at = ?, run_at = NULL, ' +
        "body = CASE ? WHEN 'failed' THEN body ELSE '' END WHERE id = ? AND ended_at IS NULL",
    ),
    owe: prepare(
      "UPDATE jobs SET callback_state = 'pending', callback_at = ended_at WHERE id = ? AND " +
        'EXISTS (SELECT 1 FROM callbacks WHERE callbacks.caller = jobs.caller AND off_at IS NULL)',
    ),
    putOff: prepare(
      "UPDATE jobs SET state = 'queued', attempts = ?, run_at = ?, problem = ? WHERE id = ? AND state = 'running'",
    ),
    cancel: prepare(
      `UPDATE jobs SET state = 'cancelled', ended_at = ?, run_at = NULL, body = '' WHERE ${isCaller} AND id = ? AND ` +
        "state = 'queued' AND NOT EXISTS (SELECT 1 FROM writes WHERE writes.account = jobs.account AND " +
        'writes.caller = jobs.caller AND writes.key = jobs.key)',
    ),
    sizeOfFailed: prepare(`SELECT place, size FROM jobs WHERE ${isCaller} AND id = ? AND state = 'failed'`),
    retry: prepare(
      `UPDATE jobs SET state = 'queued', attempts = 0, run_at = NULL, ended_at = NULL, give_up_at = ?, ${noCallback} ` +
        'WHERE place = ?',
    ),
  };
}

const open = 'jobs INDEXED BY open_jobs_of_account WHERE ended_at IS NULL';

/** `found` are accounts that have open jobs, and null: each is looked up in the index after the one before. */
export const withOpenJobs =
  `WITH RECURSIVE found (account) AS (SELECT min(account) FROM ${open} UNION ALL ` +
  `SELECT (SELECT min(account) FROM ${open} AND account > found.account) FROM found WHERE account IS NOT NULL)`;

const acceptedAt = (place: string) => `(SELECT accepted_at FROM jobs WHERE place = (${place}))`;
const oldestOf = (account: string) => `SELECT min(place) FROM ${open} AND account = ${account}`;

/** When the oldest open job was accepted of each account that has some. */
export function prepareOpenJobs(database: DatabaseSync): () => OpenJobs[] {
  const statement = database.prepare(
    `${withOpenJobs} SELECT account, ${acceptedAt(oldestOf('found.account'))} AS oldestAt FROM found ` +
      'WHERE account IS NOT NULL',
  );
  return () => statement.all().map((row) => openJobsRow.parse(row));
}

/** Says how many jobs are open and have failed, and when the oldest open one came in: of one account, or of all. */
export function prepareJobLoad(database: DatabaseSync): (account?: string) => JobLoad {
  const prepare = (condition: string, oldest: string) =>
    database.prepare(
      `SELECT (SELECT count(*) FROM ${open} ${condition}) AS open, ` +
        `(SELECT count(*) FROM jobs WHERE state = 'failed' ${condition}) AS failed, ${acceptedAt(oldest)} AS oldest`,
    );
  const ofAll = prepare('', `${withOpenJobs} SELECT min((${oldestOf('found.account')})) FROM found`);
  const ofOne = prepare('AND account = ?1', oldestOf('?1'));
  return (account) => {
    const row = account === undefined ? ofAll.get() : ofOne.get(account);
    const { open, failed, oldest } = loadRow.parse(row);
    return { open, failed, oldestAt: oldest ?? undefined };
  };
}
