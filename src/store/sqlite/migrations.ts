/** Migrations from version n to n + 1. Existing ones are never changed, new ones are added at the end. */
export const migrations: readonly string[] = [
  `
  CREATE TABLE keys (
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    checkpoint TEXT NOT NULL,
    response TEXT,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (caller, key)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX keys_by_change ON keys (changed_at);
  CREATE TABLE writes (
    place INTEGER PRIMARY KEY,
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    step INTEGER NOT NULL,
    name TEXT NOT NULL,
    method TEXT NOT NULL,
    collection TEXT NOT NULL,
    body TEXT NOT NULL,
    sent_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    answer TEXT,
    UNIQUE (caller, key, step, name),
    FOREIGN KEY (caller, key) REFERENCES keys ON DELETE CASCADE
  ) STRICT`,
  `
  CREATE TABLE tokens (
    account TEXT NOT NULL,
    client_id TEXT NOT NULL,
    access_token TEXT NOT NULL,
    refresh_token TEXT NOT NULL,
    issued_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (account, client_id)
  ) STRICT;
  CREATE TABLE grants (
    account TEXT NOT NULL,
    client_id TEXT NOT NULL,
    hash TEXT NOT NULL,
    begun_at INTEGER NOT NULL,
    taken INTEGER NOT NULL,
    PRIMARY KEY (account, client_id, hash)
  ) STRICT, WITHOUT ROWID`,
  `
  CREATE TABLE claims (
    place INTEGER PRIMARY KEY,
    collection TEXT NOT NULL,
    id INTEGER NOT NULL,
    at INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE doubts (
    identity TEXT PRIMARY KEY,
    until INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX doubts_by_end ON doubts (until)`,
  `
  CREATE INDEX open_creates ON writes (ended_at) WHERE method = 'POST' AND answer IS NULL`,
  `
  ALTER TABLE writes ADD COLUMN before TEXT`,
  `
  CREATE TABLE jobs (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    route TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    run_at INTEGER,
    give_up_at INTEGER NOT NULL,
    accepted_at INTEGER NOT NULL,
    ended_at INTEGER,
    size INTEGER NOT NULL,
    body TEXT NOT NULL,
    result TEXT,
    problem TEXT,
    UNIQUE (caller, key)
  ) STRICT;
  CREATE INDEX jobs_of_caller ON jobs (caller);
  CREATE INDEX jobs_by_state ON jobs (caller, state);
  CREATE INDEX open_jobs ON jobs (caller, size) WHERE ended_at IS NULL;
  CREATE INDEX due_jobs ON jobs (place) WHERE state = 'queued' AND run_at IS NULL;
  CREATE INDEX waiting_jobs ON jobs (run_at) WHERE state = 'queued' AND run_at IS NOT NULL;
  CREATE INDEX jobs_to_give_up ON jobs (give_up_at) WHERE state = 'queued';
  CREATE INDEX failed_jobs ON jobs (state) WHERE state = 'failed';
  CREATE INDEX ended_jobs ON jobs (ended_at) WHERE ended_at IS NOT NULL`,
];
