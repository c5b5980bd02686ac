import type { DatabaseSync } from 'node:sqlite';

const columns =
  'id, caller, key, route, fingerprint, state, attempts, run_at, give_up_at, accepted_at, ended_at, result, problem';
/** Whether a job may still go on where it stopped: as long as that its key does not expire. */
export const holdsKey = "jobs.state IN ('queued', 'running', 'failed')";
const isDue = "state = 'queued' AND run_at IS NULL";
const isWaiting = "state = 'queued' AND run_at IS NOT NULL";

/** The statements of the table of jobs. A job without `run_at` is due, so that the due ones have an index by their order. */
export function prepareJobs(database: DatabaseSync) {
  const prepare = (sql: string) => database.prepare(sql);
  return {
    add: prepare(
      'INSERT INTO jobs (id, caller, key, route, fingerprint, state, attempts, give_up_at, accepted_at, size, body) ' +
        "VALUES (?, ?, ?, ?, ?, 'queued', 0, ?, ?, ?, ?)",
    ),
    open: prepare(
      'SELECT count(*) AS jobs, total(size) AS bytes FROM ' +
        '(SELECT size FROM jobs INDEXED BY open_jobs WHERE caller = ? AND ended_at IS NULL LIMIT ?)',
    ),
    find: prepare(`SELECT ${columns} FROM jobs WHERE caller = ? AND id = ?`),
    byKey: prepare(`SELECT ${columns} FROM jobs WHERE caller = ? AND key = ?`),
    atPlace: prepare(`SELECT ${columns} FROM jobs WHERE place = ?`),
    bodyOf: prepare('SELECT body FROM jobs WHERE place = ?'),
    placeOf: prepare('SELECT place FROM jobs WHERE caller = ? AND id = ?'),
    list: prepare(
      `SELECT ${columns} FROM jobs INDEXED BY jobs_of_caller WHERE caller = ? AND place < ? ORDER BY place DESC`,
    ),
    listBy: prepare(
      `SELECT ${columns} FROM jobs INDEXED BY jobs_by_state WHERE caller = ? AND state = ? AND place < ? ` +
        'ORDER BY place DESC',
    ),
    anyDue: prepare(
      `SELECT 1 WHERE EXISTS (SELECT 1 FROM jobs WHERE ${isDue}) OR EXISTS (SELECT 1 FROM jobs WHERE ${isWaiting} AND run_at <= ?)`,
    ),
    becomeDue: prepare(
      `UPDATE jobs SET run_at = NULL WHERE place IN (SELECT place FROM jobs WHERE ${isWaiting} AND run_at <= ? ORDER BY run_at LIMIT ?)`,
    ),
    due: prepare(`SELECT place, size FROM jobs INDEXED BY due_jobs WHERE ${isDue} ORDER BY place LIMIT ?`),
    run: prepare("UPDATE jobs SET state = 'running' WHERE place = ?"),
    resume: prepare("UPDATE jobs SET state = 'queued' WHERE state = 'running' AND ended_at IS NULL"),
    nextRunAt: prepare(`SELECT min(run_at) AS at FROM jobs WHERE ${isWaiting}`),
    overdue: prepare(
      `SELECT ${columns} FROM jobs WHERE state = 'queued' AND give_up_at <= ? ORDER BY give_up_at LIMIT ?`,
    ),
    end: prepare(
      'UPDATE jobs SET state = ?, attempts = ?, result = ?, problem = ?, ended_at = ?, run_at = NULL, ' +
        "body = CASE ? WHEN 'failed' THEN body ELSE '' END WHERE id = ? AND ended_at IS NULL",
    ),
    putOff: prepare(
      "UPDATE jobs SET state = 'queued', attempts = ?, run_at = ?, problem = ? WHERE id = ? AND state = 'running'",
    ),
    cancel: prepare(
      "UPDATE jobs SET state = 'cancelled', ended_at = ?, run_at = NULL, body = '' WHERE caller = ? AND id = ? AND " +
        "state = 'queued' AND NOT EXISTS (SELECT 1 FROM writes WHERE writes.caller = jobs.caller AND writes.key = jobs.key)",
    ),
    sizeOfFailed: prepare("SELECT place, size FROM jobs WHERE caller = ? AND id = ? AND state = 'failed'"),
    retry: prepare(
      "UPDATE jobs SET state = 'queued', attempts = 0, run_at = NULL, ended_at = NULL, give_up_at = ? WHERE place = ?",
    ),
    countOpen: prepare('SELECT count(*) AS jobs FROM jobs WHERE ended_at IS NULL'),
    countFailed: prepare("SELECT count(*) AS jobs FROM jobs WHERE state = 'failed'"),
    oldest: prepare(
      'SELECT accepted_at AS at FROM (SELECT min(place) AS place FROM jobs WHERE ended_at IS NULL) JOIN jobs USING (place) ' +
        'UNION ALL SELECT NULL LIMIT 1',
    ),
  };
}
