const hourMs = 3_600_000;

/** Milliseconds for which a key counts after its last change, an id after it was named, and a doubt after its end. */
export const keptMs = { key: 24 * hourMs, claim: 25 * hourMs, doubt: 24 * hourMs };
/** An hour is longer than a request lasts, so that none in work loses its rows. */
export const expiredAfterMs = keptMs.key + hourMs;

/** More than the entities among which a create in doubt is looked for. */
export const maxRecentClaims = 100_000;

/** Whether a job may still go on where it stopped, in SQL: as long as that its key does not expire. */
export const holdsKey = "jobs.state IN ('queued', 'running', 'failed')";
