import { claimKeptMs } from '../amocrm/operation/claim-log.ts';

const hourMs = 3_600_000;

/** Milliseconds for which a key counts after its last change, an id after it was named, and a doubt after its end. */
export const keptMs = { key: 24 * hourMs, claim: claimKeptMs, doubt: 24 * hourMs };
/** An hour is longer than a request lasts, so that none in work loses its rows. */
export const expiredAfterMs = keptMs.key + hourMs;

/** Whether a job may still go on where it stopped, in SQL: as long as that its key does not expire. */
export const holdsKey = "jobs.state IN ('queued', 'running', 'failed')";
