import { Type } from 'typebox';
import type { ReplicaTable } from '../../cluster/replica-table.ts';
import { checkOf } from '../../schemas/check.ts';
import type { Database } from './database.ts';

const beatRow = checkOf(Type.Object({ isAlive: Type.Boolean(), wall: Type.Number() }));
const takenRow = checkOf(Type.Object({ epoch: Type.Integer(), restMs: Type.Number() }));

/** amoCRM counts a call until a second after it arrived. */
const restMs = 1005;
const isLive = 'expires_at > clock_timestamp()';
const until = "clock_timestamp() + $2 * interval '1 millisecond'";

const join = `INSERT INTO replicas VALUES ($1, $3, $4, false, ${until})`;
const others = `SELECT 1 FROM replicas WHERE id <> $1 AND ${isLive}`;
const beat =
  `WITH beat AS (UPDATE replicas SET expires_at = ${until} WHERE id = $1 AND ${isLive} RETURNING id) ` +
  'SELECT EXISTS (SELECT 1 FROM beat) AS "isAlive", extract(epoch FROM clock_timestamp()) * 1000 AS wall';
const take =
  'WITH before AS (SELECT owner, rested_at FROM accounts WHERE id = $1 FOR UPDATE), ' +
  'rest AS (SELECT greatest(rested_at, (SELECT expires_at FROM replicas WHERE id = owner AND id <> $2)) AS since ' +
  "FROM before) UPDATE accounts SET owner = $2, epoch = nextval('epochs') FROM rest WHERE id = $1 AND " +
  `EXISTS (SELECT 1 FROM replicas WHERE id = $2 AND ${isLive}) AND (owner IS NULL OR owner = $2 OR ` +
  `NOT EXISTS (SELECT 1 FROM replicas WHERE replicas.id = accounts.owner AND ${isLive})) ` +
  `RETURNING epoch, coalesce(greatest(0, ${restMs} - extract(epoch FROM clock_timestamp() - rest.since) * 1000), 0) ` +
  'AS "restMs"';
const release = 'UPDATE accounts SET owner = NULL, rested_at = clock_timestamp() WHERE id = $1 AND epoch = $2';

/** The table in which replicas find each other. */
export function createReplicaTable({ query, knock }: Database): ReplicaTable {
  async function leave(id: string): Promise<void> {
    await knock('UPDATE replicas SET expires_at = clock_timestamp() WHERE id = $1', [id]);
  }

  return {
    async join({ id, url, version }, leaseMs) {
      // Of two that begin at once both may be refused, but never none.
      await knock(join, [id, leaseMs, url, version]);
      if ((await knock(others, [id])).length === 0) return true;
      await leave(id);
      return false;
    },
    async beat(id, leaseMs) {
      const [row] = await knock(beat, [id, leaseMs]);
      return beatRow.parse(row);
    },
    leave,
    async declare(account) {
      await query('INSERT INTO accounts (id) VALUES ($1) ON CONFLICT DO NOTHING', [account]);
    },
    async take(account, id) {
      const [row] = await query(take, [account, id]);
      return row === undefined ? undefined : takenRow.parse(row);
    },
    async release(account, epoch) {
      await query(release, [account, epoch]);
    },
  };
}
