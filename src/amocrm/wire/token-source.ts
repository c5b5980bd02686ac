import type { Problem } from '../../problems/problem.ts';
import type { Sent } from '../client/outcomes.ts';

/** Where the wire has its access token from. */
export interface TokenSource {
  /** The token to send; undefined where there is none that can be used. */
  current(): string | undefined;
  /** Sees to it that there is one. Rejects with a Problem that says why there is none. */
  obtain(): Promise<void>;
  /** Told that amoCRM has refused a token (HTTP 401). True when it is worth asking for another and sending again. */
  refuse(token: string): boolean;
  /** Told that amoCRM has accepted a token. */
  accept(token: string): void;
  /** Begins to renew by itself, whether or not there is work. */
  start(): void;
  /** Begins no more renewals; resolves when one under way has ended, or has been given up. */
  stop(): Promise<void>;
}

/** Posts without a token, past the fail-fast after a 401, under the same limit as all calls. */
export type PostUnauthorized = (path: string, body: object, signal: AbortSignal) => Promise<Sent>;

/** Makes the source of a wire, which lends its own way out. */
export type Authorize = (post: PostUnauthorized) => TokenSource;

/** What has happened to the tokens. Holds no token. */
export interface TokenReport {
  /**
   * `loaded`: stored tokens were found at the start. `interrupted`: an earlier process has sent a grant and its answer
   * is not known. `refreshed`: a new pair is stored. `failed`: none could be had; `problem` says why.
   */
  event: 'loaded' | 'interrupted' | 'refreshed' | 'failed';
  /** When the access token expires, wall-clock milliseconds; absent where there is none. */
  expiresAt?: number;
  problem?: Problem;
}

/** A token made by hand, which nothing renews; somebody may put another in its place. */
export function longLived(current: () => string | undefined): Authorize {
  return () => ({
    current,
    obtain: async () => {},
    refuse: (token) => token !== current(),
    accept() {},
    start() {},
    stop: async () => {},
  });
}
