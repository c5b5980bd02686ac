import type { Problem } from '../../problems/problem.ts';
import type { Sent } from '../client/outcomes.ts';

/** The source of the wire's access token. */
export interface TokenSource {
  /** The token to send; undefined where there is no usable one. */
  current(): string | undefined;
  /** Gets a token. Rejects with a Problem that says why there is none. */
  obtain(): Promise<void>;
  /** amoCRM has refused a token (HTTP 401). True when another may be had and the call sent again. */
  refuse(token: string): boolean;
  accept(token: string): void;
  /**
   * Exchanges an authorization code that has just come for tokens, which go before those that are there. Rejects with a
   * Problem; the tokens that are there stay then. Absent where access does not come by codes.
   */
  take?(code: string): Promise<void>;
  /** Begins to renew in the background, with or without work. */
  start(): void;
  /** Begins no more renewals; resolves when one in progress has ended or has been given up. */
  stop(): Promise<void>;
}

/** Posts without a token, under the same rate limit as all calls, even while calls fail fast after a 401. */
export type PostUnauthorized = (path: string, body: object, signal: AbortSignal) => Promise<Sent>;

/** Creates the token source of a wire; `post` is the wire's own way to amoCRM. */
export type Authorize = (post: PostUnauthorized) => TokenSource;

/** An event of the tokens. Holds no token. */
export interface TokenReport {
  /**
   * `loaded`: stored tokens were found at the start. `missing`: there are none, and nothing to get them with.
   * `interrupted`: an earlier process has sent a grant and its outcome is unknown. `refreshed`: a new pair is stored.
   * `failed`: no tokens could be had; `problem` says why.
   */
  event: 'loaded' | 'missing' | 'interrupted' | 'refreshed' | 'failed';
  /** When the access token expires, wall-clock milliseconds; absent where there is none. */
  expiresAt?: number;
  problem?: Problem;
}

/** A long-lived token, which is not renewed; an operator may replace it. */
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
