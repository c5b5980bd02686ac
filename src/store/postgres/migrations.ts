/**
 * Migrations from version n to n + 1. Existing ones are never changed, new ones are added at the end, and each release
 * works with the tables of the one before and of the one after: replicas are replaced one by one.
 */
export const migrations: readonly string[] = [
  `
  CREATE SEQUENCE epochs;
  CREATE TABLE replicas (
    id text PRIMARY KEY,
    url text NOT NULL,
    version text NOT NULL,
    draining boolean NOT NULL,
    expires_at timestamptz NOT NULL
  );
  CREATE TABLE accounts (
    id text COLLATE "C" PRIMARY KEY,
    base_url text,
    access_enc text,
    field_map text,
    rate_limit integer,
    batch_size integer,
    disabled boolean,
    config_version integer NOT NULL DEFAULT 0,
    owner text,
    epoch bigint NOT NULL DEFAULT 0,
    rested_at timestamptz,
    breaker text
  );
  CREATE TABLE tokens (
    account text NOT NULL,
    client_id text NOT NULL,
    access_token text NOT NULL,
    refresh_token text NOT NULL,
    issued_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    PRIMARY KEY (account, client_id)
  );
  CREATE TABLE grants (
    account text NOT NULL,
    client_id text NOT NULL,
    hash text NOT NULL,
    begun_at bigint NOT NULL,
    taken boolean NOT NULL,
    PRIMARY KEY (account, client_id, hash)
  );
  CREATE TABLE api_keys (
    digest text PRIMARY KEY,
    id text NOT NULL UNIQUE,
    caller text NOT NULL,
    accounts text,
    created_at bigint NOT NULL
  );
  CREATE TABLE keys (
    account text NOT NULL,
    caller text NOT NULL,
    key text NOT NULL,
    fingerprint text NOT NULL,
    checkpoint text NOT NULL,
    response text,
    changed_at bigint NOT NULL,
    PRIMARY KEY (account, caller, key)
  );
  CREATE INDEX keys_by_change ON keys (changed_at);
  CREATE TABLE writes (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL,
    caller text NOT NULL,
    key text NOT NULL,
    step integer NOT NULL,
    name text NOT NULL,
    method text NOT NULL,
    collection text NOT NULL,
    body text NOT NULL,
    before text,
    sent_at bigint NOT NULL,
    ended_at bigint NOT NULL,
    answer text,
    UNIQUE (account, caller, key, step, name),
    FOREIGN KEY (account, caller, key) REFERENCES keys ON DELETE CASCADE
  );
  CREATE INDEX open_creates ON writes (account, place) WHERE method = 'POST' AND answer IS NULL;
  CREATE TABLE claims (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account text NOT NULL,
    collection text NOT NULL,
    id bigint NOT NULL,
    at bigint NOT NULL
  );
  CREATE INDEX claims_of_account ON claims (account, place);
  CREATE INDEX claims_by_time ON claims (at);
  CREATE TABLE doubts (
    account text NOT NULL,
    identity text NOT NULL,
    until bigint NOT NULL,
    PRIMARY KEY (account, identity)
  );
  CREATE INDEX doubts_by_end ON doubts (until);
  CREATE TABLE jobs (
    place bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    id text NOT NULL UNIQUE,
    account text COLLATE "C" NOT NULL,
    caller text NOT NULL,
    key text NOT NULL,
    route text NOT NULL,
    fingerprint text NOT NULL,
    state text NOT NULL,
    attempts integer NOT NULL,
    run_at bigint,
    give_up_at bigint NOT NULL,
    accepted_at bigint NOT NULL,
    ended_at bigint,
    size integer NOT NULL,
    body text NOT NULL,
    result text,
    problem text,
    callback_state text,
    callback_tries integer NOT NULL DEFAULT 0,
    callback_at bigint,
    callback_failure text,
    UNIQUE (account, caller, key)
  );
  CREATE INDEX jobs_of_caller ON jobs (account, caller, place);
  CREATE INDEX jobs_by_state ON jobs (account, caller, state, place);
  CREATE INDEX open_jobs ON jobs (account, caller, size) WHERE ended_at IS NULL;
  CREATE INDEX oldest_jobs ON jobs (place) WHERE ended_at IS NULL;
  CREATE INDEX due_jobs ON jobs (account, place) WHERE state = 'queued' AND run_at IS NULL;
  CREATE INDEX waiting_jobs ON jobs (account, run_at) WHERE state = 'queued' AND run_at IS NOT NULL;
  CREATE INDEX running_jobs ON jobs (account) WHERE state = 'running';
  CREATE INDEX jobs_to_give_up ON jobs (account, give_up_at) WHERE state = 'queued';
  CREATE INDEX failed_jobs ON jobs (account) WHERE state = 'failed';
  CREATE INDEX owed_callbacks ON jobs (caller, callback_at, callback_tries) WHERE callback_at IS NOT NULL;
  CREATE INDEX ended_jobs ON jobs (ended_at) WHERE ended_at IS NOT NULL AND callback_at IS NULL;
  CREATE TABLE callbacks (
    caller text PRIMARY KEY,
    url text NOT NULL,
    secret_enc text NOT NULL,
    old_secret_enc text,
    old_until bigint,
    changed_at bigint NOT NULL,
    off_at bigint
  )`,
  `
  CREATE TABLE addresses (
    account text NOT NULL,
    address text NOT NULL,
    amocrm_id bigint NOT NULL,
    PRIMARY KEY (account, address)
  );
  ALTER TABLE jobs ADD COLUMN address text`,
  // Those of an earlier release were told in English.
  `
  ALTER TABLE jobs ADD COLUMN language text NOT NULL DEFAULT 'en'`,
  // Accounts that are deleted while rows of theirs are left: nobody may have those, under the same id again neither.
  `
  CREATE TABLE removals (account text PRIMARY KEY)`,
  // Those of an earlier release went when the address changed.
  `
  ALTER TABLE claims ADD COLUMN address text;
  ALTER TABLE doubts ADD COLUMN address text`,
  // A key whose work is half done belongs to one account of amoCRM, as a job does.
  `
  ALTER TABLE keys ADD COLUMN address text`,
  // When accounts were deleted: the calls of whoever had one count for a second in another of the same id.
  `
  CREATE TABLE deletions (account text PRIMARY KEY, at timestamptz NOT NULL)`,
  // A word that is sealed by SECRET_KEY from the first start on, whether or not there is a secret.
  `
  CREATE TABLE secret_key (place integer PRIMARY KEY CHECK (place = 1), word_enc text NOT NULL)`,
  `
  CREATE INDEX open_jobs_of_account ON jobs (account, place) WHERE ended_at IS NULL`,
  // Of accounts whose ids others had before, how many had been deleted by then: who has seen fewer asks for those.
  `
  CREATE TABLE deletion_count (place integer PRIMARY KEY CHECK (place = 1), deletions bigint NOT NULL);
  INSERT INTO deletion_count VALUES (1, 0);
  ALTER TABLE accounts ADD COLUMN added_after bigint`,
];
