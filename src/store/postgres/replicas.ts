import { Type } from 'typebox';
import { Elsewhere } from '../../cluster/elsewhere.ts';
import type { ReplicaTable } from '../../cluster/replica-table.ts';
import { checkOf } from '../../schemas/check.ts';
import { DatabaseFault } from '../database-fault.ts';
import { readNamedAccount } from '../rows/account.ts';
import type { Database, Query } from './database.ts';

const beatRow = checkOf(
  Type.Object({ isAlive: Type.Boolean(), wall: Type.Number(), live: Type.Integer(), deletions: Type.Integer() }),
);
const takenRow = checkOf(
  Type.Object({
    epoch: Type.Integer(),
    version: Type.Integer(),
    restMs: Type.Number(),
    addedAfter: Type.Integer(),
  }),
);
const wallRow = checkOf(Type.Object({ wall: Type.Number() }));
const ownerRow = checkOf(Type.Object({ id: Type.String(), url: Type.String() }));
const ownedRow = checkOf(Type.Object({ account: Type.String(), id: Type.String(), url: Type.String() }));
const surveyedRow = checkOf(
  Type.Object({ account: Type.String(), isOwn: Type.Boolean(), version: Type.Integer(), isOff: Type.Boolean() }),
);

/** amoCRM counts a call until a second after it arrived. */
const restMs = 1005;
const isLive = 'expires_at > clock_timestamp()';
const until = "clock_timestamp() + $2 * interval '1 millisecond'";

const wall = 'extract(epoch FROM clock_timestamp()) * 1000 AS wall';
const join =
  `INSERT INTO replicas VALUES ($1, $3, $4, false, ${until}) ` +
  'ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at';
const beat =
  `WITH beat AS (UPDATE replicas SET expires_at = ${until} WHERE id = $1 AND ${isLive} RETURNING id) ` +
  `SELECT EXISTS (SELECT 1 FROM beat) AS "isAlive", ${wall}, ` +
  `(SELECT count(*) FROM replicas WHERE ${isLive} AND NOT draining) AS live, ` +
  'coalesce((SELECT deletions FROM deletion_count), 0) AS deletions';
const take =
  'WITH before AS (SELECT owner, rested_at FROM accounts WHERE id = $1 FOR UPDATE), ' +
  'rest AS (SELECT greatest(rested_at, (SELECT expires_at FROM replicas WHERE id = owner AND id <> $2)) AS since ' +
  "FROM before) UPDATE accounts SET owner = $2, epoch = nextval('epochs') FROM rest WHERE id = $1 AND " +
  `EXISTS (SELECT 1 FROM replicas WHERE id = $2 AND ${isLive}) AND (owner IS NULL OR owner = $2 OR ` +
  `NOT EXISTS (SELECT 1 FROM replicas WHERE replicas.id = accounts.owner AND ${isLive})) ` +
  'RETURNING epoch, config_version AS version, coalesce(added_after, 0) AS "addedAfter", ' +
  `coalesce(greatest(0, ${restMs} - extract(epoch FROM clock_timestamp() - rest.since) * 1000), 0) AS "restMs"`;
const owned = `FROM accounts JOIN replicas ON replicas.id = owner AND ${isLive} WHERE accounts.id`;
const owner = `SELECT replicas.id, url ${owned} = $1`;
const owners = `SELECT accounts.id AS account, replicas.id, url ${owned} = ANY ($1)`;
const give =
  "UPDATE accounts SET owner = fewest.id, epoch = nextval('epochs'), " +
  'rested_at = greatest(rested_at, (SELECT expires_at FROM replicas WHERE replicas.id = owner)) FROM ' +
  `(SELECT id FROM replicas WHERE ${isLive} AND NOT draining ` +
  'ORDER BY (SELECT count(*) FROM accounts WHERE owner = replicas.id), id LIMIT 1) AS fewest WHERE accounts.id = $1 AND ' +
  `(owner IS NULL OR NOT EXISTS (SELECT 1 FROM replicas WHERE replicas.id = accounts.owner AND ${isLive})) RETURNING 1`;
const survey =
  'SELECT id AS account, coalesce(owner = $1, false) AS "isOwn", config_version AS version, ' +
  'coalesce(disabled, false) AS "isOff" FROM accounts WHERE owner = $1 OR ' +
  `(owner IS NOT NULL AND NOT EXISTS (SELECT 1 FROM replicas WHERE replicas.id = accounts.owner AND ${isLive})) OR ` +
  '(owner IS NULL AND (base_url IS NULL OR EXISTS ' +
  '(SELECT 1 FROM jobs WHERE jobs.account = accounts.id AND ended_at IS NULL)))';
const release = 'UPDATE accounts SET owner = NULL, rested_at = clock_timestamp() WHERE id = $1 AND epoch = $2';

/** The table in which replicas find each other. */
export function createReplicaTable(database: Database): ReplicaTable {
  const [query, knock] = [tellingWhy(database.query), tellingWhy(database.knock)];
  return {
    async wall() {
      const [row] = await knock(`SELECT ${wall}`);
      return wallRow.parse(row).wall;
    },
    async join({ id, url, version }, leaseMs) {
      await knock(join, [id, leaseMs, url, version]);
    },
    async beat(id, leaseMs) {
      const [row] = await knock(beat, [id, leaseMs]);
      return beatRow.parse(row);
    },
    async drain(id) {
      await knock('UPDATE replicas SET draining = true WHERE id = $1', [id]);
    },
    async leave(id) {
      await knock('UPDATE replicas SET expires_at = clock_timestamp() WHERE id = $1', [id]);
    },
    async declare(account) {
      await query('INSERT INTO accounts (id) VALUES ($1) ON CONFLICT DO NOTHING', [account]);
    },
    async locate(account) {
      const find = async () => (await query(owner, [account])).map((row) => ownerRow.parse(row)).at(0);
      const found = await find();
      if (found !== undefined) return found;
      // Where another process has just given it an owner, that one is found.
      await query(give, [account]);
      return find();
    },
    owners: async (accounts) => (await query(owners, [accounts])).map((row) => ownedRow.parse(row)),
    async there(accounts) {
      const rows = await query('SELECT id AS account FROM accounts WHERE id = ANY ($1)', [accounts]);
      return rows.map(readNamedAccount);
    },
    async take(account, id) {
      const [row] = await query(take, [account, id]);
      return row === undefined ? undefined : takenRow.parse(row);
    },
    async release(account, epoch) {
      await query(release, [account, epoch]);
    },
    survey: async (id) => (await knock(survey, [id])).map((row) => surveyedRow.parse(row)),
  };
}

/** Without the database the owners are not known: its faults become Elsewhere. */
function tellingWhy(ask: Query): Query {
  return async (text, values) => {
    try {
      return await ask(text, values);
    } catch (error) {
      throw error instanceof DatabaseFault ? new Elsewhere(error.text, error) : error;
    }
  };
}
