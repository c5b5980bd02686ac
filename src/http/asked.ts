import { AsyncLocalStorage } from 'node:async_hooks';
import { ownershipMessages } from '../messages/ownership.ts';
import { Problem } from '../problems/problem.ts';

/**
 * What tells whether a request is meant for an account that was added in place of another of the same id. It is where the
 * deletion of that other was known of when the key was read, or else when the request came.
 */
export interface Asked {
  /** How many deletions of accounts were known of. */
  deletionsSeen: number;
  /** When the request came, monotonic milliseconds. */
  at: number;
  /** A key for some accounts was read with what it is for; another replica that has passed it on judges by itself. */
  by: 'bound' | 'unbound' | 'passed';
}

/** Milliseconds in which what was known of deletions may be behind. Who has waited for less may have come after them. */
const behindMs = 1000;
/** Of a request that was passed on, to whoever has done so: no status of any other answer. */
export const replacedStatus = 410;
/** More than there will ever be. */
const all = Number.MAX_SAFE_INTEGER;

/**
 * Whether a request that has seen too few deletions is meant for what there is now. Throws OVERLOADED where nobody knows,
 * and of one that was passed on for whoever has done so to judge.
 */
export function isMeant({ by, at }: Asked): boolean {
  if (by === 'passed') throw new Problem('ACCOUNT_NOT_FOUND', ownershipMessages.replaced, { status: replacedStatus });
  if (by === 'bound') return false;
  if (performance.now() - at < behindMs) return true;
  throw new Problem('OVERLOADED', ownershipMessages.replaced, { retryAfter: 1 });
}

/** The same request, as one that has seen all. */
export const withAllSeen = (asked: Asked): Asked => ({ ...asked, deletionsSeen: all });

/** What no request asks for. */
export const ofItself: Asked = { deletionsSeen: all, at: Number.NEGATIVE_INFINITY, by: 'unbound' };

const outer = new AsyncLocalStorage<Asked>();

/** Does work whose own requests have been asked for by this one. */
export function onBehalfOf<T>(asked: Asked, work: () => T): T {
  return outer.run(asked, work);
}

/** A request that is asked for by another one, where it is, has come with that, and has waited before it was passed on. */
export function askedWith(own: Asked): Asked {
  const before = outer.getStore();
  if (before === undefined) return own;
  // Who has passed it on has judged by more than is known here.
  const isJudged = before.by === 'passed' && own.by === 'unbound';
  return {
    ...own,
    deletionsSeen: isJudged ? before.deletionsSeen : Math.min(own.deletionsSeen, before.deletionsSeen),
    at: before.by === 'passed' ? Number.NEGATIVE_INFINITY : before.at,
  };
}
