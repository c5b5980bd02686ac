import { Client, type ClientConfig, type QueryConfig } from 'pg';
import { Type } from 'typebox';
import type { DatabaseFaultKind } from '../../messages/database.ts';
import { inEach, isMessage, type Message, verbatim } from '../../messages/message.ts';
import { storeMessages } from '../../messages/store.ts';
import { checkOf } from '../../schemas/check.ts';
import { againWhileAway } from '../again-while-away.ts';
import { DatabaseFault } from '../database-fault.ts';
import { StoreError } from '../store-error.ts';
import { faultKindOf, getTypeParser, placeOf } from './database.ts';
import { migrations } from './migrations.ts';

const connectMs = 1000;
const answerMs = 2000;
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
 * Brings the tables of a database to this release. Waits so long for a database that does not answer, or has a table in
 * use, then throws StoreError; at once where it answers and cannot be used.
 */
export async function migrate(url: string, waitMs: number): Promise<void> {
  const until = performance.now() + waitMs;
  await againWhileAway(async () => {
    const client = await connect(url);
    try {
      await checkServer(client);
      await bringToThisRelease(client, Math.max(leastLockMs, Math.floor(until - performance.now())));
    } catch (error) {
      throw error instanceof StoreError ? error : refusalOf(url, storeMessages.noTables, error);
    } finally {
      // Not awaited: a connection that does not answer any more does not report its end either.
      client.end().catch(() => undefined);
    }
  }, waitMs);
}

/** In one transaction: where the connection is lost it can be done again. */
async function bringToThisRelease(client: Client, lockMs: number): Promise<void> {
  await soon(client, 'BEGIN');
  // A move to or from the database has the lock for minutes.
  await soon(client, `SET LOCAL lock_timeout = ${lockMs}`);
  // Ends with the transaction. A session's lock would stay with a pooler's connection.
  await soon(client, `SELECT pg_advisory_xact_lock(${migrationLock})`, lockMs + answerMs);
  // All later statements queue behind one that waits for a table's lock, those of replicas of the last release too.
  await soon(client, `SET LOCAL lock_timeout = ${tableLockMs}`);
  await soon(client, 'CREATE TABLE IF NOT EXISTS schema_version (version integer NOT NULL)');
  const { rows } = await soon(client, 'SELECT version FROM schema_version');
  const row: unknown = rows[0];
  if (row !== undefined && !versionRow.accepts(row)) throw unusable(storeMessages.noTables, storeMessages.foreignTable);
  const from = row?.version ?? 0;
  // A newer release has been here: its tables serve this one too, until it is replaced.
  for (const statements of migrations.slice(from)) await client.query(statements);
  if (row === undefined) await client.query('INSERT INTO schema_version VALUES ($1)', [migrations.length]);
  else if (from < migrations.length) await client.query('UPDATE schema_version SET version = $1', [migrations.length]);
  await client.query('COMMIT');
}

/** A statement that takes no longer than the answer to it. Migrations may take minutes. */
function soon(client: Client, text: string, answeredInMs = answerMs) {
  // Its types name it for a client only: https://node-postgres.com/apis/client
  const statement: QueryConfig & Pick<ClientConfig, 'query_timeout'> = { text, query_timeout: answeredInMs };
  return client.query(statement);
}

/** Waits so long for a database that does not answer. Throws StoreError. */
export const connectUntil = (url: string, waitMs: number): Promise<Client> =>
  againWhileAway(() => connect(url), waitMs);

async function connect(url: string): Promise<Client> {
  const client = clientOf(url);
  // A connection that breaks fails the statement that is under way.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return client;
  } catch (error) {
    client.end().catch(() => undefined); // There is no connection to end.
    throw refusalOf(url, storeMessages.noAnswer, error);
  }
}

function refusalOf(url: string, expected: Message, error: unknown): StoreError {
  const kind = faultKindOf(error);
  const known: Partial<Record<DatabaseFaultKind, Message>> = {
    missing: storeMessages.noDatabase,
    away: storeMessages.noAnswer,
  };
  const refused = unusable((kind && known[kind]) ?? expected, error);
  return kind === undefined ? refused : new DatabaseFault(kind, placeOf(url), refused);
}

function clientOf(url: string): Client {
  try {
    return new Client({ connectionString: url, connectionTimeoutMillis: connectMs, types: { getTypeParser } });
  } catch (error) {
    throw unusable(storeMessages.addressForm, error);
  }
}

async function checkServer(client: Client): Promise<void> {
  const { rows } = await soon(
    client,
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
