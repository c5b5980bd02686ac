import type { Lease } from '../cluster/membership.ts';
import type { AccountTable } from '../config/account-table.ts';
import { type Asked, isMeant } from '../http/asked.ts';
import { ownershipMessages } from '../messages/ownership.ts';
import { Problem } from '../problems/problem.ts';
import type { Ownership } from './ownership.ts';
import type { Registry } from './registry.ts';

export interface AsOwnerOptions {
  registry: Pick<Registry, 'inTurn'>;
  ownership: Pick<Ownership, 'take'>;
  table: Pick<AccountTable, 'find'>;
  /** Called when the account could not be released. */
  onError(error: unknown): void;
}

/** What may be done with an account that no other process owns meanwhile. */
export interface OwnTurn {
  /** Ends its service; gives the epoch of the ownership, 0 where there is no such account. */
  end(): Promise<number>;
}

/**
 * Does work on an account as its owner, so that no two processes change it at once, and none goes on with its earlier
 * settings. Throws Elsewhere where another replica has it, and where it is not the account that was meant.
 */
export function createAsOwner({ registry, ownership, table, onError }: AsOwnerOptions) {
  const take = async (id: string): Promise<Lease | undefined> =>
    (await table.find(id)) === undefined ? undefined : ownership.take(id);

  return <T>(id: string, asked: Asked, work: (turn: OwnTurn) => Promise<T>): Promise<T> =>
    registry.inTurn(id, async ({ find, end, handOver }) => {
      const opened = await find();
      const isLost = opened?.isLost() === true;
      if (isLost) await end();
      let lease = opened === undefined || isLost ? await take(id) : undefined;
      try {
        const { addedAfter = 0 } = lease ?? opened?.lease ?? {};
        if (asked.deletionsSeen < addedAfter && !isMeant(asked)) {
          throw new Problem('ACCOUNT_NOT_FOUND', ownershipMessages.replaced);
        }
        return await work({
          async end() {
            lease ??= (await handOver()) ?? (await take(id));
            return lease?.epoch ?? 0;
          },
        });
      } finally {
        // The work is done: with an error in place of its result it would be done again by another replica.
        await lease?.release().catch(onError);
      }
    });
}
