import { Type } from 'typebox';
import type { Doubt, DoubtLog } from '../../amocrm/operation/doubt-log.ts';
import { checkOf } from '../../schemas/check.ts';
import { keptMs } from '../kept.ts';
import { nameOfDoubt, readDoubt } from '../rows/doubt.ts';
import { createBackground, type Settled } from './background.ts';
import { columnsOf } from './columns-of.ts';
import { change, isHeld } from './fence.ts';
import type { LogOptions } from './log-options.ts';

const nameRow = checkOf(Type.Object({ identity: Type.String() }));

const put =
  `dropped AS (DELETE FROM doubts USING unnest($3::text[]) AS n (identity) WHERE ${isHeld} AND doubts.account = $1 AND ` +
  'doubts.identity = n.identity), ' +
  'put AS (INSERT INTO doubts SELECT $1, n.*, $6::text FROM unnest($4::text[], $5::bigint[]) AS n, lease ' +
  'ON CONFLICT (account, identity) DO UPDATE SET until = excluded.until, ' +
  'address = excluded.address)';
const recent = 'SELECT identity, until, address FROM doubts WHERE account = $1 AND until > $2 ORDER BY until';

/**
 * The identities of one account in doubt. They hold what users typed, and PostgreSQL takes no text with a NUL or half a
 * surrogate pair: JSON has other words for them.
 */
export function createDoubtLog({ database, fence, address, now, onError }: LogOptions): DoubtLog & Settled {
  const save = createBackground<Doubt>({ write, onError });
  const nameOf = (identity: string) => JSON.stringify(nameOfDoubt(identity, address));

  async function write(doubts: readonly Doubt[]): Promise<void> {
    const latest = new Map(doubts.map(({ identity, until }) => [nameOf(identity), Math.ceil(until)]));
    const all = [...latest].map(([identity, until]) => ({ identity, until }));
    const [dropped] = columnsOf(
      all.filter(({ until }) => until === 0),
      ['identity'],
    );
    const kept = all.filter(({ until }) => until > 0);
    await change(database, fence, put, [dropped, ...columnsOf(kept, ['identity', 'until']), address]);
  }

  return {
    add: (identities, until) => save(identities.map((identity) => ({ identity, until }))),
    remove: (identities) => void save(identities.map((identity) => ({ identity, until: 0 }))),
    settle: () => save([]),
    async recent() {
      const rows = await database.query(recent, [fence[0], Math.floor(now() - keptMs.doubt)]);
      return rows
        .map((row) => nameRow.parse(row))
        .map((row) => readDoubt({ ...row, identity: JSON.parse(row.identity) }));
    },
  };
}
