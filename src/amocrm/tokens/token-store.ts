import type { TokenPair } from './grant.ts';

/**
 * What outlasts the process of an integration's tokens. A promise resolves when the change is on the disk, and rejects
 * when the disk did not take it. Grants are named by their hashes.
 */
export interface TokenStore {
  pair(): TokenPair | undefined;
  /** `begunAt`: when it was first sent, wall-clock ms. One that is not `taken` has an exchange without a known end. */
  find(hash: string): { begunAt: number; isTaken: boolean } | undefined;
  /** Exchanges without a known end, the grants' hashes. */
  open(): string[];
  /** To be awaited before the grant is sent. What is known of an earlier sending stays. */
  begin(hash: string, at: number): Promise<void>;
  /** amoCRM certainly has not taken the grant. */
  drop(hash: string): Promise<void>;
  /** amoCRM has taken the grant for this pair. */
  keep(hash: string, pair: TokenPair): Promise<void>;
}
