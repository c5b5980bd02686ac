import type { Clock } from '../../clock.ts';
import type { TokenPair } from './grant.ts';

/** The part of an access token's life after which it is renewed: of 24 h two are left for failures. */
const renewalAge = 11 / 12;

/** When a pair is due for renewal, wall-clock milliseconds. */
export function renewalAt({ issuedAt, expiresAt }: Pick<TokenPair, 'issuedAt' | 'expiresAt'>): number {
  return issuedAt + (expiresAt - issuedAt) * renewalAge;
}

/** The pair of tokens in use, and what amoCRM has made of it. */
export function createHeldPair(stored: TokenPair | undefined, clock: Pick<Clock, 'wall'>) {
  let pair = stored;
  /** Access tokens: a refused one, and one issued in its place that amoCRM has not accepted yet. */
  let refused: string | undefined;
  let unproven: string | undefined;

  return {
    pair: (): TokenPair | undefined => pair,
    /** The access token, while it may be used. */
    current(): string | undefined {
      if (pair === undefined || pair.accessToken === refused) return undefined;
      return clock.wall() < pair.expiresAt ? pair.accessToken : undefined;
    },
    /** Milliseconds until the pair is due for renewal; 0 or less when it is due. */
    dueIn(): number {
      if (pair === undefined || pair.accessToken === refused) return 0;
      return renewalAt(pair) - clock.wall();
    },
    replace(next: TokenPair): void {
      pair = next;
      unproven = refused === undefined ? undefined : next.accessToken;
      refused = undefined;
    },
    /** Whether another token may help; not where this one was issued in place of a refused one. */
    refuse(token: string): boolean {
      if (token !== pair?.accessToken || token === refused) return true;
      refused = token;
      return token !== unproven;
    },
    /** Whether it is the one in use. */
    accept(token: string): boolean {
      if (token !== pair?.accessToken) return false;
      unproven = undefined;
      return true;
    },
  };
}
