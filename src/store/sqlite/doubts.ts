import type { DatabaseSync } from 'node:sqlite';
import type { OfAddress } from '../../amocrm/operation/claim-log.ts';
import type { Doubt, DoubtLog } from '../../amocrm/operation/doubt-log.ts';
import { keptMs } from '../kept.ts';
import { nameOfDoubt, readDoubt } from '../rows/doubt.ts';
import { createBackground } from './background.ts';
import type { LogOptions } from './log-options.ts';

/**
 * The table of doubts; the function gives the part of one account. A row is removed when its create has been answered. Its
 * end is by amoCRM's clock, and ours may be wrong: what is left over is swept a day later.
 */
export function createDoubtTable(
  database: DatabaseSync,
  { group, now, onError }: LogOptions,
): (account: string, address: string | null) => DoubtLog {
  const put = database.prepare('INSERT OR REPLACE INTO doubts VALUES (?, ?, ?, ?)');
  const drop = database.prepare('DELETE FROM doubts WHERE account = ? AND identity = ?');
  const recent = database.prepare(
    'SELECT identity, until, address FROM doubts WHERE account = ? AND until > ? ORDER BY until',
  );

  function write(doubts: readonly (Doubt & OfAddress & { account: string })[]): void {
    for (const { account, identity, until, address } of doubts) {
      const name = nameOfDoubt(identity, address);
      if (until > 0) put.run(account, name, Math.ceil(until), address);
      else drop.run(account, name);
    }
  }

  const save = createBackground({ group, write, onError });
  return (account, address) => ({
    add: (identities, until) => save(identities.map((identity) => ({ account, identity, until, address }))),
    remove: (identities) => save(identities.map((identity) => ({ account, identity, until: 0, address }))),
    recent: async () => recent.all(account, now() - keptMs.doubt).map(readDoubt),
  });
}
