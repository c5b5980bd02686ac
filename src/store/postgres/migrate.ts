import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { Type } from 'typebox';
import { inEach, isMessage, type Message, verbatim } from '../../messages/message.ts';
import { storeMessages } from '../../messages/store.ts';
import { checkOf } from '../../schemas/check.ts';
import { DatabaseFault } from '../database-fault.ts';
import { StoreError } from '../store-error.ts';
import { faultKindOf, getTypeParser, placeOf } from './database.ts';
import { migrations } from './migrations.ts';

const knockMs = 250;
const connectMs = 1000;
/** Others that start at once make the tables in less. */
const leastLockMs = 2000;
/** Statements of replicas wait for a lock a second. */
const tableLockMs = 300;
/** Any number, the same in each release: one process migrates at a time. */
export const migrationLock = 4711_0001;
/** PostgreSQL 14: https://www.postgresql.org/support/versioning/ */
const oldestServer = 140_000;

const serverRow = checkOf(Type.Object({ version: Type.Integer(), encoding: Type.String() }));
const versionRow = checkOf(Type.Object({ version: Type.Integer() }));

/**
 * Brings the tables of a database to this release. Waits so long for a database that does not answer, then throws
 * StoreError; at once where it answers and cannot be used.
 */
export async function migrate(url: string, waitMs: number): Promise<void> {
  const until = performance.now() + Math.max(leastLockMs, waitMs);
  const client = await connect(url, performance.now() + waitMs);
  try {
    await checkServer(client);
    while (!(await migrateOnce(client, until))) await sleep(knockMs);
  } catch (error) {
    if (error instanceof StoreError) throw error;
    throw unusable(storeMessages.noTables, error);
  } finally {
    await client.end().catch(() => undefined); // It is not needed any more.
  }
}

/**
 * False where a table is in use that is to be changed, by a dump for instance: whoever waits for its lock keeps back all who
 * come after, the replicas of the release before among them. Rejects with the lock's time-out once the time is over.
 */
async function migrateOnce(client: Client, until: number): Promise<boolean> {
  const leftMs = Math.max(1, Math.floor(until - performance.now()));
  await client.query('BEGIN');
  // A move to or from the database has the lock for minutes.
  await client.query(`SET LOCAL lock_timeout = ${leftMs}`);
  // Ends with the transaction. A session's lock would stay with a pooler's connection.
  await client.query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
  try {
    await client.query(`SET LOCAL lock_timeout = ${tableLockMs}`);
    await client.query('CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL)');
    const { rows } = await client.query('SELECT version FROM schema_version');
    const from = rows.length === 0 ? 0 : versionRow.parse(rows[0]).version;
    // A newer release has been here: its tables serve this one too, until it is replaced.
    for (const statements of migrations.slice(from)) await client.query(statements);
    if (rows.length === 0) await client.query('INSERT INTO schema_version VALUES ($1)', [migrations.length]);
    else if (from < migrations.length)
      await client.query('UPDATE schema_version SET version = $1', [migrations.length]);
    await client.query('COMMIT');
    return true;
  } catch (error) {
    if (faultKindOf(error) !== 'busy' || performance.now() >= until) throw error;
    await client.query('ROLLBACK');
    return false;
  }
}

export async function connect(url: string, until: number): Promise<Client> {
  for (;;) {
    const client = clientOf(url);
    // A connection that breaks fails the statement that is under way.
    client.on('error', () => undefined);
    try {
      await client.connect();
      return client;
    } catch (error) {
      await client.end().catch(() => undefined); // There is no connection to end.
      const kind = faultKindOf(error);
      const refused = unusable(kind === 'missing' ? storeMessages.noDatabase : storeMessages.noAnswer, error);
      if (kind === undefined) throw refused;
      if (kind !== 'away' || performance.now() >= until) throw new DatabaseFault(kind, placeOf(url), refused);
    }
    await sleep(Math.min(knockMs, Math.max(1, until - performance.now())));
  }
}

function clientOf(url: string): Client {
  try {
    return new Client({ connectionString: url, connectionTimeoutMillis: connectMs, types: { getTypeParser } });
  } catch (error) {
    throw unusable(storeMessages.addressForm, error);
  }
}

async function checkServer(client: Client): Promise<void> {
  const { rows } = await client.query(
    "SELECT current_setting('server_version_num')::int AS version, current_setting('server_encoding') AS encoding",
  );
  const { version, encoding } = serverRow.parse(rows[0]);
  if (version < oldestServer) throw new StoreError(storeMessages.oldServer(version));
  if (encoding !== 'UTF8') throw new StoreError(storeMessages.otherEncoding(encoding));
}

/** `cause` says what was found. It names neither user nor password. */
export function unusable(expected: Message, cause: unknown): StoreError {
  const found = isMessage(cause) ? cause : verbatim(describe(cause));
  const text = inEach((language) => storeMessages.ofDatabase(expected[language], found[language])[language]);
  return new StoreError(text, { cause });
}

/** Of a host with several addresses each refusal is an error of its own. */
function describe(cause: unknown): string {
  if (cause instanceof AggregateError) return describe(cause.errors[0]);
  return cause instanceof Error ? cause.message.replaceAll(/\s+/g, ' ') : String(cause);
}
