import { AsyncLocalStorage } from 'node:async_hooks';
import type { FastifyRequest } from 'fastify';
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

/**
 * How long, in milliseconds, a replica may not know of a deletion. A request that came less than that ago may have come
 * after the deletion.
 */
const behindMs = 1000;
/** The answer to the replica that passed the request on. No other answer has this status. */
export const replacedStatus = 410;
/** More deletions than there will ever be. */
const all = Number.MAX_SAFE_INTEGER;

/**
 * Whether a request that knows of too few deletions is meant for the account of that id that there is now. Throws OVERLOADED
 * where nobody can tell; for a request that was passed on ACCOUNT_NOT_FOUND, and the replica that passed it on decides.
 */
export function isMeant({ by, at }: Asked): boolean {
  if (by === 'passed') throw new Problem('ACCOUNT_NOT_FOUND', ownershipMessages.replaced, { status: replacedStatus });
  if (by === 'bound') return false;
  if (performance.now() - at < behindMs) return true;
  throw new Problem('OVERLOADED', ownershipMessages.replaced, { retryAfter: 1 });
}

/** The same request, as one that knows of all deletions. */
export const withAllSeen = (asked: Asked): Asked => ({ ...asked, deletionsSeen: all });

/** Work that the service does by itself, not for a request. */
export const ofItself: Asked = { deletionsSeen: all, at: Number.NEGATIVE_INFINITY, by: 'unbound' };

/** What the requests that are made within a request take over. */
export type Outer = Pick<FastifyRequest, 'asked' | 'cameAt' | 'leftMs'>;

const outer = new AsyncLocalStorage<Outer>();

/** Does work that makes requests of its own; they count as part of this request. */
export function onBehalfOf<T>({ asked, cameAt, leftMs }: Outer, work: () => T): T {
  return outer.run({ asked, cameAt, leftMs }, work);
}

/** The request that the present one was made within; undefined where it came by itself. */
export const outerRequest = (): Outer | undefined => outer.getStore();

/** What is known of a request; one that was made within another (an agent's call) takes over what is known of that. */
export function askedWith(own: Asked): Asked {
  const before = outer.getStore()?.asked;
  if (before === undefined) return own;
  // Who has passed it on has judged by more than is known here.
  const isJudged = before.by === 'passed' && own.by === 'unbound';
  return {
    ...own,
    deletionsSeen: isJudged ? before.deletionsSeen : Math.min(own.deletionsSeen, before.deletionsSeen),
    at: before.by === 'passed' ? Number.NEGATIVE_INFINITY : before.at,
  };
}
