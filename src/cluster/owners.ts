import type { Owner, ReplicaTable } from './replica-table.ts';

/** A request that waits for an owner's answer. */
export interface Followed {
  /** Aborts once another replica has the account. */
  lost: AbortSignal;
  end(): void;
}

/**
 * The other replicas that own accounts, as was last known: without the database too. An owner whose process is suspended
 * neither answers nor closes the connection, so a request that waits for one is told when another replica has the account.
 */
export function createOwners(
  table: Pick<ReplicaTable, 'locate' | 'owners' | 'there'>,
  isSelf: (owner: Owner) => boolean,
) {
  const known = new Map<string, Owner>();
  const asked = new Map<string, Promise<Owner | undefined>>();
  const followed = new Set<{ account: string; owner: Owner; lost: AbortController }>();

  function learn(account: string, owner: Owner | undefined): Owner | undefined {
    if (owner === undefined || isSelf(owner)) return undefined;
    known.set(account, owner);
    return owner;
  }

  function ask(account: string): Promise<Owner | undefined> {
    const answer = table
      .locate(account)
      .then((owner) => learn(account, owner))
      .finally(() => asked.delete(account));
    asked.set(account, answer);
    return answer;
  }

  return {
    /** Undefined where this replica may have the account, or nobody has. All who ask at once share an answer. */
    locate: async (account: string): Promise<Owner | undefined> =>
      known.get(account) ?? (await (asked.get(account) ?? ask(account))),
    /** The owner that was known may not be the owner any more. */
    forget: (account: string): void => void known.delete(account),
    follow(account: string, owner: Owner): Followed {
      const one = { account, owner, lost: new AbortController() };
      followed.add(one);
      return { lost: one.lost.signal, end: () => void followed.delete(one) };
    },
    /** Checks the owners of all accounts that are followed. */
    async refresh(): Promise<void> {
      if (followed.size === 0) return;
      const accounts = new Set([...followed].map(({ account }) => account));
      const owners = new Map((await table.owners([...accounts])).map(({ account, ...owner }) => [account, owner]));
      const ownerless = [...accounts].filter((account) => !owners.has(account));
      const there = new Set(ownerless.length === 0 ? [] : await table.there(ownerless));
      for (const { account, owner, lost } of followed) {
        const now = owners.get(account);
        // One whose lease has ended may have another soon; one that is deleted never will.
        if (now?.id === owner.id || there.has(account)) continue;
        known.delete(account);
        if (now !== undefined) learn(account, now);
        lost.abort();
      }
    },
  };
}
