import type { Membership } from '../cluster/membership.ts';
import type { Surveyed } from '../cluster/replica-table.ts';
import type { Store } from '../store/store.ts';

/** Which accounts this process has. */
export interface Ownership extends Omit<Membership, 'start' | 'stop'> {
  /** Whether other processes have accounts too. */
  isShared: boolean;
  /** Lets an account be owned that is in no table of accounts: that of the settings. */
  declare(account: string): Promise<void>;
  /** Called when all accounts are lost, and when they can be taken again. */
  onLost: () => void;
  onBack: () => void;
  /** Called each second with the accounts of this process, and those that have work and no owner. */
  onSurvey: (accounts: readonly Surveyed[]) => void;
}

/** Milliseconds for which deletions are kept: no request waits longer for its account. */
const keptMs = 3_600_000;

/** For a process that has the store for itself: it owns all accounts. */
export function ownAlone(store: Store): { store: Store; ownership: Ownership } {
  let deletions = 0;
  /** The last of each account, the oldest first. */
  const lastOf = new Map<string, { number: number; at: number }>();
  const { accounts } = store;

  function noteDeletion(id: string): void {
    deletions += 1;
    const at = performance.now();
    for (const [other, deletion] of lastOf) {
      if (deletion.at > at - keptMs) break;
      lastOf.delete(other);
    }
    lastOf.delete(id);
    lastOf.set(id, { number: deletions, at });
  }

  async function remove(...args: Parameters<typeof accounts.remove>): Promise<boolean> {
    const isGone = await accounts.remove(...args);
    if (isGone) noteDeletion(args[0]);
    return isGone;
  }

  const ownership: Ownership = {
    isShared: false,
    deletionsSeen: () => deletions,
    take: async (id) => ({
      epoch: 0,
      version: 0,
      restMs: 0,
      addedAfter: lastOf.get(id)?.number ?? 0,
      refusal: () => undefined,
      release: async () => {},
    }),
    locate: async () => undefined,
    addressesOf: async () => new Map(),
    forget() {},
    follow: () => ({ lost: new AbortController().signal, end() {} }),
    drain: async () => {},
    isReady: () => true,
    isSelf: () => true,
    refusal: () => undefined,
    sighted: () => undefined,
    declare: async () => {},
    onLost() {},
    onBack() {},
    onSurvey() {},
  };
  return { store: { ...store, accounts: { ...accounts, remove } }, ownership };
}
