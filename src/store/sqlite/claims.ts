import type { DatabaseSync } from 'node:sqlite';
import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import type { Claim, ClaimLog } from '../../amocrm/operation/claim-log.ts';
import { createBackground } from './background.ts';
import type { LogOptions } from './log-options.ts';

const keptMs = 10 * 60_000;
/** More than amoCRM's newest entities are ever looked through. */
const maxRecent = 100_000;
/** Expired rows that are cleared away with each new one, so that no sweep ever has to. */
const clearedPerRow = 2;

const claimRow = Compile(Type.Object({ collection: Type.String(), id: Type.Integer(), at: Type.Number() }));

/** Rows are only added at the end and deleted at the beginning, which is the cheapest for the tree. */
export function createClaimLog(database: DatabaseSync, { group, now, onError }: LogOptions): ClaimLog {
  const put = database.prepare('INSERT INTO claims (collection, id, at) VALUES (?, ?, ?)');
  const clear = database.prepare(
    'DELETE FROM claims WHERE at <= ? AND place IN (SELECT place FROM claims ORDER BY place LIMIT ?)',
  );
  const recent = database.prepare('SELECT collection, id, at FROM claims WHERE at > ? ORDER BY place DESC LIMIT ?');

  function write(claims: readonly Claim[]): void {
    for (const { collection, id, at } of claims) put.run(collection, id, Math.floor(at));
    clear.run(now() - keptMs, claims.length * clearedPerRow);
  }

  const save = createBackground({ group, write, onError });
  return {
    add: (collection, id, at) => save([{ collection, id, at }]),
    recent: async () =>
      recent
        .all(now() - keptMs, maxRecent)
        .map((row) => claimRow.Parse(row))
        .reverse(),
  };
}
