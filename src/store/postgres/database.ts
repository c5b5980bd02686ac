import { Client, DatabaseError, Pool, types } from 'pg';
import type { DatabaseFaultKind } from '../../messages/database.ts';
import { DatabaseFault } from '../database-fault.ts';
import type { StatementReport } from '../store.ts';

/** A row as it came; validated where it is read. */
type Row = Record<string, unknown>;
export type Query = (text: string, values?: readonly unknown[]) => Promise<Row[]>;

export type Database = ReturnType<typeof openPool>;

/** One account's work takes one connection at a time, so that a few are enough. */
const maxConnections = 5;
/** Milliseconds. The server's own limits come first, so that a slow statement ends there too. */
const limits = {
  connectionTimeoutMillis: 1000,
  query_timeout: 2000,
  statement_timeout: 1500,
  lock_timeout: 1000,
};

/** https://www.postgresql.org/docs/current/errcodes-appendix.html: connection lost, time-out, going down or coming up. */
const awayCodes = /^(08...|57014|57P0[1-3]|53300)$/;

/** Whether the database did not answer, or not in time: what was asked may or may not have been done. */
export function isAway(error: unknown): boolean {
  return !(error instanceof DatabaseError) || awayCodes.test(error.code ?? '');
}

/** Source: as above. A table or a sequence of ours that is not there was there at the start. */
const faultCodes: Readonly<Record<string, DatabaseFaultKind>> = {
  '55P03': 'busy',
  '42P01': 'anew',
  '3D000': 'missing',
  '28000': 'closed',
  '28P01': 'closed',
  '42501': 'forbidden',
};

/** What an error says of the database as a whole; undefined where only what was asked is at fault. */
export function faultKindOf(error: unknown): DatabaseFaultKind | undefined {
  if (isAway(error)) return 'away';
  return error instanceof DatabaseError ? faultCodes[error.code ?? ''] : undefined;
}

/** Host and port of an address. */
export function placeOf(url: string): string {
  const { host, port } = new Client({ connectionString: url });
  // A path is that of a socket of this machine.
  const name = host.startsWith('/') ? 'localhost' : host;
  return `${name.includes(':') ? `[${name}]` : name}:${port}`;
}

/** Values that no column takes, violated constraints, more than the server can work with. Source: as above. */
const valueCodes = /^(22...|23...|54...)$/;

/** Whether the values of a statement are at fault: nothing of it was done, and others may well be. */
export function isOfValues(error: unknown): boolean {
  return error instanceof DatabaseError && valueCodes.test(error.code ?? '');
}

/** bigint and numeric come as text, since they may be larger than a number. Ours are milliseconds, counts and sizes. */
const numbers = new Set<number>([types.builtins.INT8, types.builtins.NUMERIC]);
export const getTypeParser: typeof types.getTypeParser = (id: number, format?: 'text' | 'binary') =>
  numbers.has(id) ? Number : format === 'binary' ? types.getTypeParser(id, 'binary') : types.getTypeParser(id);

/**
 * The connections to a database. After one time-out every statement is refused at once until a `knock` is answered:
 * requests that wait for a database that is away would hold up those that do not need it. Statements have no names and sessions no state, so that
 * any pooler will do. Throws DatabaseFault where the database cannot be used.
 */
export function openPool(
  url: string,
  onError: (error: unknown) => void,
  onStatement: (report: StatementReport) => void = () => {},
) {
  const options = {
    connectionString: url,
    ...limits,
    keepAlive: true,
    types: { getTypeParser },
    application_name: 'amocrm-steps',
  };
  const shared = new Pool({ ...options, max: maxConnections });
  // Heartbeats do not wait for other statements.
  const own = new Pool({ ...options, max: 1 });
  // An idle connection has failed: the pool opens another one when it is needed.
  for (const pool of [shared, own]) pool.on('error', onError);
  const place = placeOf(url);
  /** The fault that the last knock has found, after a time-out; undefined while statements are sent. */
  let down: DatabaseFaultKind | undefined;

  async function ask(pool: Pool, text: string, values: readonly unknown[]): Promise<Row[]> {
    const askedAt = performance.now();
    let kind: DatabaseFaultKind | undefined;
    try {
      // A connection that met an error is closed by the pool.
      const { rows } = await pool.query<Row>(text, [...values]);
      return rows;
    } catch (error) {
      kind = faultKindOf(error);
      // A table that is locked by others does not stop the other statements.
      if (kind === 'away' || (down !== undefined && kind !== 'busy')) down = kind;
      throw kind === undefined ? error : new DatabaseFault(kind, place, { cause: error });
    } finally {
      onStatement({ ms: performance.now() - askedAt, isAnswered: kind !== 'away' });
    }
  }

  const query: Query = async (text, values = []) => {
    if (down !== undefined) throw new DatabaseFault(down, place);
    return ask(shared, text, values);
  };

  return {
    query,
    place,
    /** Why it cannot be used now; undefined where it can. */
    async fault(): Promise<DatabaseFault | undefined> {
      try {
        await query('SELECT 1 FROM replicas LIMIT 1');
        return undefined;
      } catch (error) {
        if (error instanceof DatabaseFault) return error;
        throw error;
      }
    },
    /** Sends a statement even while others are refused; its answer ends that. */
    async knock(text: string, values: readonly unknown[] = []): Promise<Row[]> {
      const rows = await ask(own, text, values);
      down = undefined;
      return rows;
    },
    close: async () => void (await Promise.all([shared.end(), own.end()])),
  };
}
