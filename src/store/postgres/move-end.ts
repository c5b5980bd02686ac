import type { Client } from 'pg';
import { Type } from 'typebox';
import { storeMessages } from '../../messages/store.ts';
import { checkOf } from '../../schemas/check.ts';
import type { MoveEnd } from '../move/end.ts';
import { inGroups } from '../move/groups.ts';
import { type MovedTable, movedTables } from '../move/tables.ts';
import type { SecretBox } from '../secret-box.ts';
import { readBreaker } from './breaker.ts';
import type { Query } from './database.ts';
import { connectUntil, migrate, migrationLock, unusable } from './migrate.ts';
import { resealAll } from './reseal.ts';

/** Milliseconds to wait for the database, and for a lock: who has one while nobody else works here ends in a moment. */
const waitMs = 5000;
/** Rows whose places and sizes are asked for at once. */
const placesAtOnce = 1000;
/** Milliseconds that a statement on a hundred rows may take on a busy disk. */
const statementMs = 60_000;

const cell = checkOf(Type.Union([Type.String(), Type.Number(), Type.Boolean(), Type.Null()]));
const text = checkOf(Type.String());
const placeRow = checkOf(Type.Object({ at: Type.String(), bytes: Type.Integer() }));
const breakerRow = checkOf(Type.Object({ id: Type.String(), isListed: Type.Boolean(), breaker: Type.String() }));

const live = 'SELECT 1 FROM replicas WHERE expires_at > clock_timestamp() LIMIT 1';
// Nobody else writes there, nor may anybody begin a lease.
const lockAll = `LOCK TABLE replicas, ${movedTables.map(({ name }) => name).join(', ')} IN EXCLUSIVE MODE`;
/** Accounts without an address are places for owners. */
const rowsOf = (name: string) => (name === 'accounts' ? 'accounts WHERE base_url IS NOT NULL' : name);
const typeOf = { text: 'text', integer: 'bigint', boolean: 'boolean', userText: 'text' };

/** Opens a database for a move, with all of it in one transaction. Throws StoreError and SettingError. */
export async function openDatabaseToMove(url: string, box: SecretBox): Promise<MoveEnd> {
  await migrate(url, waitMs);
  const client = await connectUntil(url, waitMs);
  try {
    const query = refusing(client);
    await query('BEGIN');
    await query(`SET LOCAL lock_timeout = ${waitMs}`);
    await query(`SET LOCAL statement_timeout = ${statementMs}`);
    await refuseLive(query);
    // A process that starts meanwhile waits for it, as for another one that makes the tables.
    await query('SELECT pg_advisory_xact_lock($1)', [migrationLock]);
    await query(lockAll);
    await refuseLive(query);
    await resealAll({ query }, box);
    return createEnd(client, query);
  } catch (error) {
    await client.end();
    throw error;
  }
}

async function refuseLive(query: Query): Promise<void> {
  if ((await query(live)).length === 0) return;
  throw unusable(storeMessages.databaseInUse, storeMessages.liveReplica);
}

/** The bytes of the texts of a row. */
function sizeOf(columns: MovedTable['columns']): string {
  const texts = Object.entries(columns).filter(([, kind]) => kind === 'text' || kind === 'userText');
  const bytes = texts.map(([column]) => `coalesce(octet_length(${column}), 0)`);
  return `(${['0', ...bytes].join(' + ')})::int AS bytes`;
}

function createEnd(client: Client, query: Query): MoveEnd {
  return {
    async requireEmpty() {
      for (const { name } of movedTables) {
        if ((await query(`SELECT 1 FROM ${rowsOf(name)} LIMIT 1`)).length === 0) continue;
        throw unusable(storeMessages.databaseFull, storeMessages.rowsIn(name));
      }
      await query('DELETE FROM accounts');
    },
    async *read({ name, columns }) {
      const kinds = Object.entries(columns);
      const names = Object.keys(columns).join(', ');
      // Nobody else writes there, so that rows stay where they are until they are read.
      await query(
        `DECLARE moved NO SCROLL CURSOR FOR SELECT ctid::text AS at, ${sizeOf(columns)} FROM ${rowsOf(name)}`,
      );
      for (;;) {
        const found = (await query(`FETCH ${placesAtOnce} FROM moved`)).map((row) => placeRow.parse(row));
        if (found.length === 0) break;
        for (const group of inGroups(found, ({ bytes }) => bytes)) {
          const places = group.map(({ at }) => at);
          const rows = await query(`SELECT ${names} FROM ${name} WHERE ctid = ANY ($1::tid[])`, [places]);
          yield rows.map((row) =>
            kinds.map(([column, kind]) => {
              const value = cell.parse(row[column]);
              return kind === 'userText' ? text.parse(JSON.parse(text.parse(value))) : value;
            }),
          );
        }
      }
      await query('CLOSE moved');
    },
    async write({ name, columns }, rows) {
      const kinds = Object.values(columns);
      const lists = kinds.map((kind, at) =>
        rows.map((row) => (kind === 'userText' ? JSON.stringify(row[at]) : row[at])),
      );
      const given = kinds.map((kind, at) => `$${at + 1}::${typeOf[kind]}[]`).join(', ');
      const names = Object.keys(columns).join(', ');
      await query(`INSERT INTO ${name} (${names}) OVERRIDING SYSTEM VALUE SELECT * FROM unnest(${given})`, lists);
    },
    async breakers() {
      const rows = await query(
        'SELECT id, base_url IS NOT NULL AS "isListed", breaker FROM accounts WHERE breaker IS NOT NULL',
      );
      return rows.flatMap((row) => {
        const { breaker, ...whose } = breakerRow.parse(row);
        const saved = readBreaker(breaker);
        return saved === undefined ? [] : [{ ...whose, ...saved }];
      });
    },
    async keepBreakers(breakers) {
      for (const { id, address, state, probeAt } of breakers) {
        await query(
          'INSERT INTO accounts (id, breaker) VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET breaker = excluded.breaker',
          [id, JSON.stringify({ address, state, probeAt })],
        );
      }
    },
    async commit() {
      for (const table of movedTables) await settle(query, table);
      await query('COMMIT');
    },
    // The end of the connection undoes what was not committed.
    close: () => client.end(),
  };
}

/** Lets places go on after the last one, and the planner know that the table is not empty any more. */
async function settle(query: Query, { name, columns }: MovedTable): Promise<void> {
  if ('place' in columns) {
    await query(
      `SELECT setval(pg_get_serial_sequence('${name}', 'place'), max(place)) FROM ${name} HAVING max(place) > 0`,
    );
  }
  await query(`ANALYZE ${name}`);
}

function refusing(client: Client): Query {
  return async (text, values = []) => {
    try {
      return (await client.query<Record<string, unknown>>(text, [...values])).rows;
    } catch (error) {
      throw unusable(storeMessages.notTaken, error);
    }
  };
}
