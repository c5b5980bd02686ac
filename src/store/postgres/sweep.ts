import { expiredAfterMs, holdsKey, keptMs } from '../kept.ts';
import type { Database } from './database.ts';

/** Rows that one statement deletes: it has a second and a half. */
const rowsAtOnce = 500;

/** Several replicas may sweep at once: what one has locked the others leave to it. */
function some(table: string, condition: string, order: string): string {
  return (
    `ctid = ANY (ARRAY(SELECT ctid FROM ${table} WHERE ${condition} ORDER BY ${order} LIMIT ${rowsAtOnce} ` +
    'FOR UPDATE SKIP LOCKED))'
  );
}

const ofOpenJob =
  'EXISTS (SELECT 1 FROM jobs WHERE jobs.account = keys.account AND jobs.caller = keys.caller AND ' +
  `jobs.key = keys.key AND ${holdsKey})`;

export interface SweepOptions {
  now(): number;
  jobsKeptMs: number;
  /** Deletes what interrupted deletions of accounts have left. */
  clearRemoved(): Promise<void>;
}

/** Makes the sweep that deletes expired rows. PostgreSQL’s own vacuum gives their space back. */
export function createSweep({ query }: Database, { now, jobsKeptMs, clearRemoved }: SweepOptions): () => Promise<void> {
  const ended: [statement: string, keptMs: number][] = [
    [`DELETE FROM jobs WHERE ${some('jobs', 'ended_at <= $1 AND callback_at IS NULL', 'ended_at')}`, jobsKeptMs],
    [
      // The key of a job that may go on is put off instead, for as long as keys are kept: each costs one change a day.
      `UPDATE keys SET changed_at = $1 + ${expiredAfterMs} WHERE ` +
        some('keys', `changed_at <= $1 AND ${ofOpenJob}`, 'changed_at'),
      expiredAfterMs,
    ],
    // The writes of the keys go with them.
    [`DELETE FROM keys WHERE ${some('keys', `changed_at <= $1 AND NOT ${ofOpenJob}`, 'changed_at')}`, expiredAfterMs],
    [`DELETE FROM doubts WHERE ${some('doubts', 'until <= $1', 'until')}`, keptMs.doubt],
    [`DELETE FROM claims WHERE ${some('claims', 'at <= $1', 'at')}`, keptMs.claim],
    ['UPDATE callbacks SET old_secret_enc = NULL, old_until = NULL WHERE old_until <= $1', 0],
  ];
  let running: Promise<void> | undefined;

  async function sweep(): Promise<void> {
    await clearRemoved();
    for (const [statement, kept] of ended) {
      for (let isMore = true; isMore; ) {
        isMore = (await query(`${statement} RETURNING 1`, [Math.floor(now() - kept)])).length > 0;
      }
    }
    await query("DELETE FROM replicas WHERE expires_at < now() - interval '1 day'");
    await query("DELETE FROM deletions WHERE at < now() - interval '1 day'");
  }

  return () => {
    running ??= sweep().finally(() => {
      running = undefined;
    });
    return running;
  };
}
