import { Type } from 'typebox';
import { type Claim, type ClaimLog, maxClaims, type OfAddress } from '../../amocrm/operation/claim-log.ts';
import { checkOf } from '../../schemas/check.ts';
import { keptMs } from '../kept.ts';
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

/** Adds them, to be written after `lease`; the number of the first of its values is `first`. */
export const addClaims = (first: number) =>
  'claimed AS (INSERT INTO claims (account, collection, id, at, address) SELECT $1, collection, id, at, address FROM ' +
  `unnest($${first}::text[], $${first + 1}::bigint[], $${first + 2}::bigint[], $${first + 3}::text[]) WITH ORDINALITY ` +
  'AS n (collection, id, at, address, place), lease ORDER BY place)';
export const valuesOfClaims = (claims: readonly (Claim & OfAddress)[]) => {
  const whole = claims.map(({ at, ...claim }) => ({ ...claim, at: Math.floor(at) }));
  return columnsOf(whole, ['collection', 'id', 'at', 'address']);
};
const recent =
  'SELECT collection, id, at, address FROM claims WHERE account = $1 AND at > $2 ORDER BY place DESC LIMIT ' +
  `${maxClaims}`;

/** The ids of one account that answers have named. */
export function createClaimLog({ database, fence, address, now, onError }: LogOptions): ClaimLog & Settled {
  const save = createBackground<Claim & OfAddress>({
    write: (claims) => change(database, fence, addClaims(3), valuesOfClaims(claims)),
    onError,
  });
  return {
    add: (collection, id, at) => save([{ collection, id, at, address }]),
    settle: () => save([]),
    async recent() {
      const rows = await database.query(recent, [fence[0], Math.floor(now() - keptMs.claim)]);
      return rows.map((row) => claimRow.parse(row)).reverse();
    },
  };
}
