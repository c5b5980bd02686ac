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
  // Every row belongs to an account now; those from before to that of the settings.
  `
  CREATE TABLE keys_of_accounts (
    account TEXT NOT NULL,
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    fingerprint TEXT NOT NULL,
    checkpoint TEXT NOT NULL,
    response TEXT,
    changed_at INTEGER NOT NULL,
    PRIMARY KEY (account, caller, key)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO keys_of_accounts SELECT 'default', caller, key, fingerprint, checkpoint, response, changed_at FROM keys;
  CREATE TABLE writes_of_accounts (
    place INTEGER PRIMARY KEY,
    account TEXT NOT NULL,
    caller TEXT NOT NULL,
    key TEXT NOT NULL,
    step INTEGER NOT NULL,
    name TEXT NOT NULL,
    method TEXT NOT NULL,
    collection TEXT NOT NULL,
    body TEXT NOT NULL,
    before TEXT,
    sent_at INTEGER NOT NULL,
    ended_at INTEGER NOT NULL,
    answer TEXT,
    UNIQUE (account, caller, key, step, name),
    FOREIGN KEY (account, caller, key) REFERENCES keys_of_accounts ON DELETE CASCADE
  ) STRICT;
  INSERT INTO writes_of_accounts SELECT place, 'default', caller, key, step, name, method, collection, body, before,
    sent_at, ended_at, answer FROM writes;
  DROP TABLE writes;
  DROP TABLE keys;
  ALTER TABLE keys_of_accounts RENAME TO keys;
  ALTER TABLE writes_of_accounts RENAME TO writes;
  CREATE INDEX keys_by_change ON keys (changed_at);
  CREATE INDEX open_creates ON writes (account, ended_at) WHERE method = 'POST' AND answer IS NULL;
  ALTER TABLE claims ADD COLUMN account TEXT NOT NULL DEFAULT 'default';
  CREATE INDEX claims_of_account ON claims (account);
  CREATE TABLE doubts_of_accounts (
    account TEXT NOT NULL,
    identity TEXT NOT NULL,
    until INTEGER NOT NULL,
    PRIMARY KEY (account, identity)
  ) STRICT, WITHOUT ROWID;
  INSERT INTO doubts_of_accounts SELECT 'default', identity, until FROM doubts;
  DROP TABLE doubts;
  ALTER TABLE doubts_of_accounts RENAME TO doubts;
  CREATE INDEX doubts_by_end ON doubts (until);
  CREATE TABLE jobs_of_accounts (
    place INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    account TEXT NOT NULL,
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
    UNIQUE (account, caller, key)
  ) STRICT;
  INSERT INTO jobs_of_accounts SELECT place, id, 'default', caller, key, route, fingerprint, state, attempts, run_at,
    give_up_at, accepted_at, ended_at, size, body, result, problem FROM jobs;
  DROP TABLE jobs;
  ALTER TABLE jobs_of_accounts RENAME TO jobs;
  CREATE INDEX jobs_of_caller ON jobs (account, caller);
  CREATE INDEX jobs_by_state ON jobs (account, caller, state);
  CREATE INDEX open_jobs ON jobs (account, caller, size) WHERE ended_at IS NULL;
  CREATE INDEX due_jobs ON jobs (account, place) WHERE state = 'queued' AND run_at IS NULL;
  CREATE INDEX waiting_jobs ON jobs (account, run_at) WHERE state = 'queued' AND run_at IS NOT NULL;
  CREATE INDEX jobs_to_give_up ON jobs (account, give_up_at) WHERE state = 'queued';
  CREATE INDEX failed_jobs ON jobs (account) WHERE state = 'failed';
  CREATE INDEX ended_jobs ON jobs (ended_at) WHERE ended_at IS NOT NULL;
  CREATE TABLE accounts (
    id TEXT PRIMARY KEY,
    base_url TEXT NOT NULL,
    access_enc TEXT NOT NULL,
    field_map TEXT NOT NULL,
    rate_limit INTEGER NOT NULL,
    batch_size INTEGER NOT NULL,
    disabled INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE api_keys (
    digest TEXT PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    caller TEXT NOT NULL,
    accounts TEXT,
    created_at INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID`,
  // A job with `callback_at` is owed to its caller, and is kept until it no longer is.
  `
  CREATE TABLE callbacks (
    caller TEXT PRIMARY KEY,
    url TEXT NOT NULL,
    secret_enc TEXT NOT NULL,
    old_secret_enc TEXT,
    old_until INTEGER,
    changed_at INTEGER NOT NULL,
    off_at INTEGER
  ) STRICT, WITHOUT ROWID;
  ALTER TABLE jobs ADD COLUMN callback_state TEXT;
  ALTER TABLE jobs ADD COLUMN callback_tries INTEGER NOT NULL DEFAULT 0;
  ALTER TABLE jobs ADD COLUMN callback_at INTEGER;
  ALTER TABLE jobs ADD COLUMN callback_failure TEXT;
  CREATE INDEX owed_callbacks ON jobs (caller, callback_at, callback_tries) WHERE callback_at IS NOT NULL;
  DROP INDEX ended_jobs;
  CREATE INDEX ended_jobs ON jobs (ended_at) WHERE ended_at IS NOT NULL AND callback_at IS NULL`,
  // Whose addresses an account has had: its jobs go to the account of amoCRM that they were accepted for.
  `
  CREATE TABLE addresses (
    account TEXT NOT NULL,
    address TEXT NOT NULL,
    amocrm_id INTEGER NOT NULL,
    PRIMARY KEY (account, address)
  ) STRICT, WITHOUT ROWID;
  ALTER TABLE jobs ADD COLUMN address TEXT`,
  // Those of an earlier release were told in English.
  `
  ALTER TABLE jobs ADD COLUMN language TEXT NOT NULL DEFAULT 'en'`,
  // Accounts that are deleted while rows of theirs are left: nobody may have those, under the same id again neither.
  `
  CREATE TABLE removals (account TEXT PRIMARY KEY) STRICT, WITHOUT ROWID`,
  // Those of an earlier release went when the address changed.
  `
  ALTER TABLE claims ADD COLUMN address TEXT;
  ALTER TABLE doubts ADD COLUMN address TEXT`,
  // A key whose work is half done belongs to one account of amoCRM, as a job does.
  `
  ALTER TABLE keys ADD COLUMN address TEXT`,
  `
  CREATE INDEX open_jobs_of_account ON jobs (account) WHERE ended_at IS NULL`,
];
