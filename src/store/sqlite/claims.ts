import type { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import { type Claim, type ClaimLog, maxClaims, type OfAddress } from '../../amocrm/operation/claim-log.ts';
import { checkOf } from '../../schemas/check.ts';
import { keptMs } from '../kept.ts';
import { createBackground } from './background.ts';
import type { LogOptions } from './log-options.ts';

const claimRow = checkOf(
  Type.Object({
    collection: Type.String(),
    id: Type.Integer(),
    at: Type.Number(),
    address: Type.Union([Type.String(), Type.Null()]),
  }),
);

/** Writes one, within a transaction. */
export function preparePutClaim(database: DatabaseSync): (account: string, claim: Claim & OfAddress) => void {
  const put = database.prepare('INSERT INTO claims (account, collection, id, at, address) VALUES (?, ?, ?, ?, ?)');
  return (account, { collection, id, at, address }) => void put.run(account, collection, id, Math.floor(at), address);
}

/**
 * The table of claims; the function gives the part of one account. Rows are only added at the end and deleted at the
 * beginning, which is the cheapest for a B-tree.
 */
export function createClaimTable(
  database: DatabaseSync,
  { group, now, onError }: LogOptions,
): (account: string, address: string | null) => ClaimLog {
  const put = preparePutClaim(database);
  const recent = database.prepare(
    'SELECT collection, id, at, address FROM claims WHERE account = ? AND at > ? ORDER BY place DESC LIMIT ?',
  );

  function write(claims: readonly (Claim & OfAddress & { account: string })[]): void {
    for (const { account, ...claim } of claims) put(account, claim);
  }

  const save = createBackground({ group, write, onError });
  return (account, address) => ({
    add: (collection, id, at) => save([{ account, collection, id, at, address }]),
    recent: async () =>
      recent
        .all(account, now() - keptMs.claim, maxClaims)
        .map((row) => claimRow.parse(row))
        .reverse(),
  });
}
