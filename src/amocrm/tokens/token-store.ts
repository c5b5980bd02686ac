import type { TokenPair } from './grant.ts';

/** `begunAt`: when it was first sent, wall-clock ms. One that is not `taken` has an exchange in doubt. */
export interface KeptGrant {
  begunAt: number;
  isTaken: boolean;
}

/**
 * Keeps an integration's tokens across restarts. A promise resolves when the change is on disk, and rejects when the
 * disk fails. Grants are identified by their hashes.
 */
export interface TokenStore {
  pair(): TokenPair | undefined;
  find(hash: string): KeptGrant | undefined;
  /** Hashes of the grants whose exchanges are in doubt. */
  open(): string[];
  /** Records that the grant is sent; await it before. A record of an earlier attempt stays. */
  begin(hash: string, at: number): Promise<void>;
  /** Records that amoCRM certainly has not accepted the grant. */
  drop(hash: string): Promise<void>;
  /** Reads again what is stored: another process that had the account may have written the outcome of its exchange. */
  load(): Promise<void>;
  /** Records that amoCRM has accepted the grant, with the pair. */
  keep(hash: string, pair: TokenPair): Promise<void>;
}
