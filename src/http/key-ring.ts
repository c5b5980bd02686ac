import { createHash, timingSafeEqual } from 'node:crypto';
import type { ApiKey, Scope } from '../config/api-keys.ts';

/** A key's owner and scope. */
export interface Holder {
  caller: string;
  scope: Scope;
}

/** The API keys, as SHA-256 digests. All are compared, so that the time taken reveals nothing. */
export interface KeyRing {
  isEmpty(): boolean;
  find(key: string): Holder | undefined;
  replace(keys: readonly ApiKey[]): void;
}

export function createKeyRing(keys: readonly ApiKey[]): KeyRing {
  let known = keys.map(hash);
  return {
    isEmpty: () => known.length === 0,
    find(key) {
      const digest = sha256(key);
      let found: Holder | undefined;
      for (const entry of known) {
        if (timingSafeEqual(entry.digest, digest)) found = entry.holder;
      }
      return found;
    },
    replace(others) {
      known = others.map(hash);
    },
  };
}

function hash({ caller, scope, key }: ApiKey): { holder: Holder; digest: Buffer } {
  return { holder: { caller, scope }, digest: sha256(key) };
}

function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
