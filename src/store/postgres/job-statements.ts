import { isHeld, lease } from './fence.ts';

export const columns =
  'jobs.id, jobs.caller, jobs.key, jobs.route, jobs.fingerprint, jobs.address, jobs.language, jobs.state, jobs.attempts, ' +
  'jobs.run_at, jobs.give_up_at, jobs.accepted_at, jobs.ended_at, jobs.result, jobs.problem, ' +
  'jobs.callback_state, jobs.callback_tries, jobs.callback_at, jobs.callback_failure';
/** Of a job that no callback is due for. */
const noCallback = 'callback_state = NULL, callback_tries = 0, callback_at = NULL, callback_failure = NULL';
const isCaller = 'account = $1 AND caller = $2';
const isWaiting = "state = 'queued' AND run_at IS NOT NULL";
const isFull = (jobs: string, bytes: string) =>
  `coalesce(open.jobs, 0) + ${jobs} > $2 OR coalesce(open.bytes, 0) + ${bytes} > $3`;
const openOf = (callers: string) =>
  'SELECT caller, count(*) AS jobs, sum(size) AS bytes FROM jobs WHERE account = $1 AND ended_at IS NULL AND ' +
  `caller IN (${callers}) GROUP BY caller`;
export const freshColumns = [
  'id',
  'caller',
  'key',
  'route',
  'fingerprint',
  'address',
  'language',
  'give_up_at',
  'accepted_at',
] as const;
const fresh = [...freshColumns, 'size', 'body'];

/** The element of a list at that place, counted from 0, or its last one. */
export const longestAfter = (tries: string, list: string) => `(${list})[least(${tries} + 1, cardinality(${list}))]`;

/** What callers ask for: any replica may do it. */
export const asked = {
  /**
   * $1 the account, $2 and $3 the bounds of a caller. Those of one statement count in their order. Whatever was not
   * added, though there was room, has met a job of the same key that another replica adds at this moment.
   */
  add:
    // Who deletes the account waits, or is waited for: nothing is added that nobody would delete.
    'WITH account AS (SELECT 1 FROM accounts WHERE id = $1 FOR KEY SHARE), ' +
    `n AS (SELECT * FROM unnest($4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::text[], ` +
    `$11::bigint[], $12::bigint[], $13::integer[], $14::text[]) WITH ORDINALITY AS n (${fresh}, place)), ` +
    `open AS (${openOf('SELECT caller FROM n')}), ` +
    'unknown AS (SELECT n.* FROM n WHERE NOT EXISTS (SELECT 1 FROM jobs WHERE jobs.account = $1 AND ' +
    'jobs.caller = n.caller AND jobs.key = n.key)), ' +
    'counted AS (SELECT *, row_number() OVER before AS jobs, sum(size) OVER before AS bytes FROM unknown ' +
    'WINDOW before AS (PARTITION BY caller ORDER BY place)), ' +
    `judged AS (SELECT counted.*, ${isFull('counted.jobs', 'counted.bytes')} AS "isFull" FROM counted ` +
    'LEFT JOIN open USING (caller)), ' +
    `added AS (INSERT INTO jobs (account, state, attempts, ${fresh}) SELECT $1, 'queued', 0, ${fresh} FROM judged ` +
    'WHERE NOT "isFull" AND EXISTS (SELECT 1 FROM account) ORDER BY place ON CONFLICT (account, caller, key) DO NOTHING RETURNING id) ' +
    'SELECT n.id, EXISTS (SELECT 1 FROM added WHERE added.id = n.id) AS "isAdded", ' +
    'EXISTS (SELECT 1 FROM judged WHERE judged.id = n.id AND "isFull") AS "isFull", ' +
    'EXISTS (SELECT 1 FROM account) AS "isThere" FROM n',
  find: `SELECT ${columns} FROM jobs WHERE ${isCaller} AND id = $3`,
  byKeys:
    `SELECT ${columns} FROM unnest($2::text[], $3::text[]) AS n (caller, key) JOIN jobs ON jobs.account = $1 AND ` +
    'jobs.caller = n.caller AND jobs.key = n.key',
  placeOf: `SELECT place FROM jobs WHERE ${isCaller} AND id = $3`,
  /** One more than the page holds; of each only how long it is. */
  page:
    'SELECT place, coalesce(length(result), 0) + coalesce(length(problem), 0) AS text FROM jobs ' +
    `WHERE ${isCaller} AND place < $3 AND ($5::text IS NULL OR state = $5) ORDER BY place DESC LIMIT $4 + 1`,
  atPlaces: `SELECT ${columns} FROM jobs WHERE place = ANY ($1::bigint[]) ORDER BY place DESC`,
  cancel:
    `UPDATE jobs SET state = 'cancelled', ended_at = $4, run_at = NULL, body = '' WHERE ${isCaller} AND id = $3 AND ` +
    "state = 'queued' AND NOT EXISTS (SELECT 1 FROM writes WHERE writes.account = jobs.account AND " +
    'writes.caller = jobs.caller AND writes.key = jobs.key) RETURNING id',
  retry:
    `WITH failed AS (SELECT place, caller, size FROM jobs WHERE account = $1 AND id = $4 AND caller = $5 AND state = 'failed'), ` +
    `open AS (${openOf('$5')}), ` +
    `judged AS (SELECT place, ${isFull('1', 'size')} AS "isFull" FROM failed LEFT JOIN open USING (caller)), ` +
    "retried AS (UPDATE jobs SET state = 'queued', attempts = 0, run_at = NULL, ended_at = NULL, give_up_at = $6, " +
    `${noCallback} FROM judged WHERE jobs.place = judged.place AND jobs.state = 'failed' AND NOT "isFull" RETURNING jobs.id) ` +
    'SELECT (SELECT bool_or("isFull") FROM judged) AS "isFull", EXISTS (SELECT 1 FROM retried) AS "isQueued"',
};

/** What the owner of the account does: $1 and $2 are the fence. */
export const owned = {
  resume: `resumed AS (UPDATE jobs SET state = 'queued' WHERE ${isHeld} AND account = $1 AND state = 'running')`,
  becomeDue:
    `due AS (UPDATE jobs SET run_at = NULL WHERE ${isHeld} AND place IN (SELECT place FROM jobs WHERE account = $1 AND ` +
    `${isWaiting} AND run_at <= $3 ORDER BY run_at LIMIT $4))`,
  hasten:
    `${lease} UPDATE jobs SET run_at = NULL FROM lease WHERE place IN (SELECT place FROM jobs WHERE account = $1 AND ` +
    `${isWaiting} AND run_at > $3 + ${longestAfter('attempts', '$4::bigint[]')} LIMIT $5) RETURNING 1`,
  /** In their order, up to so many with so many bytes, and one at least. */
  take:
    `${lease}, due AS (SELECT place, size FROM jobs WHERE account = $1 AND state = 'queued' AND run_at IS NULL ` +
    'ORDER BY place LIMIT $3), counted AS (SELECT place, row_number() OVER before AS jobs, ' +
    'sum(size) OVER before AS bytes FROM due WINDOW before AS (ORDER BY place)) ' +
    "UPDATE jobs SET state = 'running' FROM counted, lease WHERE jobs.place = counted.place AND " +
    "jobs.state = 'queued' AND (counted.jobs = 1 OR counted.bytes <= $4) " +
    `RETURNING jobs.place, jobs.body, ${columns}`,
  end:
    'ended AS (UPDATE jobs SET state = n.state, attempts = n.attempts, result = n.result, problem = n.problem, ' +
    // A failed job can be tried again, others need their body no more.
    "ended_at = n.ended_at, run_at = NULL, body = CASE n.state WHEN 'failed' THEN jobs.body ELSE '' END, " +
    // Its caller is owed a callback where it has one that is on.
    "callback_state = owed.state, callback_at = CASE owed.state WHEN 'pending' THEN n.ended_at END " +
    'FROM unnest($3::text[], $4::text[], $5::integer[], $6::text[], $7::text[], $8::bigint[]) ' +
    'AS n (id, state, attempts, result, problem, ended_at) JOIN jobs AS ending USING (id) ' +
    "LEFT JOIN (SELECT caller, 'pending' AS state FROM callbacks WHERE off_at IS NULL) AS owed USING (caller), lease " +
    'WHERE jobs.account = $1 AND jobs.id = n.id AND jobs.ended_at IS NULL)',
  putOff:
    "late AS (UPDATE jobs SET state = 'queued', attempts = n.attempts, run_at = n.run_at, problem = n.problem " +
    'FROM unnest($3::text[], $4::integer[], $5::bigint[], $6::text[]) AS n (id, attempts, run_at, problem), lease ' +
    "WHERE jobs.account = $1 AND jobs.id = n.id AND jobs.state = 'running')",
};

export const seen = {
  anyDue:
    "SELECT 1 WHERE EXISTS (SELECT 1 FROM jobs WHERE account = $1 AND state = 'queued' AND run_at IS NULL) OR " +
    `EXISTS (SELECT 1 FROM jobs WHERE account = $1 AND ${isWaiting} AND run_at <= $2)`,
  nextRunAt: `SELECT min(run_at) AS at FROM jobs WHERE account = $1 AND ${isWaiting}`,
  overdue:
    `SELECT ${columns} FROM jobs WHERE account = $1 AND state = 'queued' AND give_up_at <= $2 ` +
    'ORDER BY give_up_at LIMIT $3',
  /** Each account is looked up in the index after the one before: there may be many jobs of each. */
  openJobs:
    'WITH RECURSIVE found AS ((SELECT account FROM jobs WHERE ended_at IS NULL ORDER BY account LIMIT 1) UNION ALL ' +
    'SELECT (SELECT account FROM jobs WHERE ended_at IS NULL AND account > found.account ORDER BY account LIMIT 1) ' +
    'FROM found WHERE account IS NOT NULL) SELECT account, (SELECT accepted_at FROM jobs WHERE ended_at IS NULL AND ' +
    'jobs.account = found.account ORDER BY place LIMIT 1) AS "oldestAt" FROM found WHERE account IS NOT NULL',
  /** $1: the account, or null for all. */
  load:
    'SELECT (SELECT count(*) FROM jobs WHERE ended_at IS NULL AND ($1::text IS NULL OR account = $1)) AS open, ' +
    "(SELECT count(*) FROM jobs WHERE state = 'failed' AND ($1::text IS NULL OR account = $1)) AS failed, " +
    '(SELECT accepted_at FROM jobs WHERE ended_at IS NULL AND ($1::text IS NULL OR account = $1) ' +
    'ORDER BY place LIMIT 1) AS oldest',
};
