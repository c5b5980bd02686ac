import type { TokenPair } from './grant.ts';

/**
 * Keeps an integration's tokens across restarts. A promise resolves when the change is on disk, and rejects when the
 * disk fails. Grants are identified by their hashes.
 */
export interface TokenStore {
  pair(): TokenPair | undefined;
  /** `begunAt`: when it was first sent, wall-clock ms. One that is not `taken` has an exchange in doubt. */
  find(hash: string): { begunAt: number; isTaken: boolean } | undefined;
  /** Hashes of the grants whose exchanges are in doubt. */
  open(): string[];
  /** Records that the grant is sent; await it before. A record of an earlier attempt stays. */
  begin(hash: string, at: number): Promise<void>;
  /** Records that amoCRM certainly has not accepted the grant. */
  drop(hash: string): Promise<void>;
  /** Records that amoCRM has accepted the grant, with the pair. */
  keep(hash: string, pair: TokenPair): Promise<void>;
}
