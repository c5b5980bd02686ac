import { Type } from 'typebox';
import type { Claim, ClaimLog } from '../../amocrm/operation/claim-log.ts';
import { checkOf } from '../../schemas/check.ts';
import { keptMs, maxRecentClaims } from '../kept.ts';
import { createBackground, type Settled } from './background.ts';
import { columnsOf } from './columns-of.ts';
import { change } from './fence.ts';
import type { LogOptions } from './log-options.ts';

const claimRow = checkOf(
  Type.Object({
    collection: Type.String(),
    id: Type.Integer(),
    at: Type.Number(),
    address: Type.Union([Type.String(), Type.Null()]),
  }),
);

const put =
  'put AS (INSERT INTO claims (account, collection, id, at, address) SELECT $1, collection, id, at, $6::text FROM ' +
  'unnest($3::text[], $4::bigint[], $5::bigint[]) WITH ORDINALITY AS n (collection, id, at, place), lease ORDER BY place)';
const recent =
  'SELECT collection, id, at, address FROM claims WHERE account = $1 AND at > $2 ORDER BY place DESC LIMIT ' +
  `${maxRecentClaims}`;

/** The ids of one account that answers have named. */
export function createClaimLog({ database, fence, address, now, onError }: LogOptions): ClaimLog & Settled {
  const save = createBackground<Claim>({
    write: (claims) => change(database, fence, put, [...columnsOf(claims, ['collection', 'id', 'at']), address]),
    onError,
  });
  return {
    add: (collection, id, at) => save([{ collection, id, at: Math.floor(at) }]),
    settle: () => save([]),
    async recent() {
      const rows = await database.query(recent, [fence[0], Math.floor(now() - keptMs.claim)]);
      return rows.map((row) => claimRow.parse(row)).reverse();
    },
  };
}
