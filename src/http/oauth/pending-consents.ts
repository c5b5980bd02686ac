import { randomBytes } from 'node:crypto';
import type { Clock } from '../../clock.ts';
import type { Asked } from '../asked.ts';

/** Seconds in which a person can sign in to amoCRM and decide. */
const livesSeconds = 15 * 60;
/** Of one account at most; the oldest goes first. */
const mostOfAccount = 20;

/** Proves that a text comes from one of the replicas. */
export type Mark = (text: string) => string;

/** Whose access was asked for. */
export interface Sought {
  account: string;
  /** One that is added later in place of another is not meant. */
  asked: Asked;
}

interface Pending extends Sought {
  /** Monotonic milliseconds. */
  until: number;
}

/**
 * What amoCRM was asked for and has not answered. A state is a ticket: 256 random bits, given to whoever has shown a key for
 * the account, good once and for that account alone. It is bound to no cookie, so that the holder of the key can pass the
 * address on to an administrator of the account, and open it under another name of the service than amoCRM comes back to.
 * With a mark the account stands in it too, for replicas that have not begun it.
 */
export function createPendingConsents(clock: Pick<Clock, 'now' | 'wall' | 'second'>, mark?: Mark) {
  const pending = new Map<string, Pending>();

  function makeRoom(account: string): void {
    const ofAccount: string[] = [];
    for (const [state, one] of pending) {
      if (one.until <= clock.now()) pending.delete(state);
      else if (one.account === account) ofAccount.push(state);
    }
    const [oldest] = ofAccount;
    if (oldest !== undefined && ofAccount.length >= mostOfAccount) pending.delete(oldest);
  }

  return {
    /** A new state, and when it ends, wall-clock milliseconds. */
    begin({ account, asked }: Sought): { state: string; endsAt: number } {
      makeRoom(account);
      const ticket = randomBytes(32).toString('base64url');
      const text = `${ticket}.${Buffer.from(account).toString('base64url')}`;
      const state = mark === undefined ? ticket : `${text}.${mark(text)}`;
      const livesMs = livesSeconds * clock.second;
      pending.set(state, { account, asked, until: clock.now() + livesMs });
      return { state, endsAt: clock.wall() + livesMs };
    },
    /** The account that a state names which one of the replicas has given. */
    accountIn(state: string): string | undefined {
      const [ticket, account = '', marked] = state.split('.');
      const isOurs = mark !== undefined && mark(`${ticket}.${account}`) === marked;
      return isOurs ? Buffer.from(account, 'base64url').toString() : undefined;
    },
    /** What the state was given for, once. */
    end(state: string): Sought | undefined {
      const found = pending.get(state);
      pending.delete(state);
      return found !== undefined && clock.now() < found.until ? found : undefined;
    },
  };
}
