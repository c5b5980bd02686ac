import type { Clock } from '../clock.ts';
import type { ApiKeyTable } from '../config/api-key-table.ts';
import { ownershipMessages } from '../messages/ownership.ts';
import { Problem } from '../problems/problem.ts';
import { wordsOfFailure } from '../store/database-fault.ts';
import { digestOf } from './digest.ts';
import type { Holder, KeyRing } from './key-ring.ts';

/** Who presents a key. */
export interface Callers {
  /** Whether nobody has a key, so that none is asked for. */
  isEmpty(): boolean;
  find(key: string): Holder | undefined | Promise<Holder | undefined>;
  /** The names that keys have, but those of administrators. */
  names(): Promise<string[]>;
  /** Believes no longer what was known of keys for an account. */
  forget(account: string): void;
}

/** Seconds for which the table is believed: so long a key that was deleted may still work. */
const keptSeconds = 10;
/** Digests kept at most; half of them when that is reached. Whoever guesses keys fills no memory. */
const maxKept = 10_000;

interface Kept {
  holder: Holder | undefined;
  at: number;
}

export interface CallersOptions {
  table: Pick<ApiKeyTable, 'find' | 'list'> | undefined;
  clock: Pick<Clock, 'now' | 'second'>;
  /** How many deletions of accounts are known of. */
  deletionsSeen(): number;
}

/** The callers of the settings, and where there is a table those of it. */
export function createCallers(ring: KeyRing, { table, clock, deletionsSeen }: CallersOptions): Callers {
  let kept = new Map<string, Kept>();

  async function look(digest: string): Promise<Holder | undefined> {
    const at = clock.now();
    const known = deletionsSeen();
    // Not what is kept once it was forgotten.
    const into = kept;
    const found = await table?.find(digest).catch((cause: unknown) => {
      throw new Problem('OVERLOADED', wordsOfFailure(cause, ownershipMessages.noStoreOfKeys), { cause });
    });
    const holder: Holder | undefined = found && {
      caller: found.caller,
      scope: 'all',
      accounts: found.accounts,
      ...(found.accounts === null ? {} : { deletionsSeen: found.deletionsSeen ?? known }),
    };
    for (const name of into.keys()) {
      if (into.size < maxKept) break;
      into.delete(name);
    }
    // Set anew, so that it is the newest of them.
    into.delete(digest);
    into.set(digest, { holder, at });
    return holder;
  }

  return {
    isEmpty: () => table === undefined && ring.isEmpty(),
    find(key) {
      const digest = digestOf(key);
      const own = ring.find(digest);
      if (own !== undefined || table === undefined) return own;
      const name = digest.toString('hex');
      const known = kept.get(name);
      if (known !== undefined && clock.now() - known.at < keptSeconds * clock.second) return known.holder;
      if (known === undefined) return look(name);
      // A key that was known is believed while the store does not answer: its work may need no store.
      return look(name).catch(() => known.holder);
    },
    async names() {
      const listed = (await table?.list()) ?? [];
      return [...ring.callers(), ...listed.map(({ caller }) => caller)];
    },
    forget(account) {
      kept = new Map([...kept].filter(([, { holder }]) => holder?.accounts?.includes(account) !== true));
    },
  };
}
