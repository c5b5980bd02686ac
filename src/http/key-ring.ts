import { timingSafeEqual } from 'node:crypto';
import type { ApiKey, Scope } from '../config/api-keys.ts';
import { digestOf } from './digest.ts';

/** A key's owner, its scope, and the ids of the accounts that it is for; null: all. */
export interface Holder {
  caller: string;
  scope: Scope;
  accounts: readonly string[] | null;
  /**
   * How many accounts had been deleted when it was read in the table; absent where it is for all accounts, as they come
   * and go.
   */
  deletionsSeen?: number;
}

/** The keys of the settings, as SHA-256 digests. All are compared, so that the time taken reveals nothing. */
export interface KeyRing {
  isEmpty(): boolean;
  find(digest: Buffer): Holder | undefined;
  /** The names of those who run steps. */
  callers(): string[];
  replace(keys: readonly ApiKey[]): void;
}

/** `fixed` are never replaced. */
export function createKeyRing(keys: readonly ApiKey[], fixed: readonly ApiKey[] = []): KeyRing {
  const known = fixed.map(hash);
  let others = keys.map(hash);
  return {
    isEmpty: () => known.length + others.length === 0,
    find(digest) {
      let found: Holder | undefined;
      for (const entry of [...known, ...others]) {
        if (timingSafeEqual(entry.digest, digest)) found = entry.holder;
      }
      return found;
    },
    callers: () =>
      [...known, ...others].filter(({ holder }) => holder.scope !== 'admin').map(({ holder }) => holder.caller),
    replace(replaced) {
      others = replaced.map(hash);
    },
  };
}

function hash({ caller, scope, key }: ApiKey): { holder: Holder; digest: Buffer } {
  return { holder: { caller, scope, accounts: scope === 'admin' ? [] : null }, digest: digestOf(key) };
}
