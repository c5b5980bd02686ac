import { type Clock, sleep } from '../../clock.ts';
import {
  maxRetries,
  meanings,
  type OutcomeKind,
  problemOfOutcome,
  type Sent,
  unknownBecause,
  unknownOutcome,
} from '../client/outcomes.ts';
import { type ItemError, legacyProblem, readRejection } from '../client/rejection.ts';
import type { Collection } from '../shapes/collection.ts';
import type { RetryReason } from '../wire/observer.ts';
import { answeredItems } from './answers.ts';
import { createLook } from './look.ts';
import type { PendingWrite } from './pending-write.ts';
import type { Reconciler } from './reconcile.ts';
import { problemOfRejection } from './refusal.ts';
import type { EndedCall, WriteCalls } from './write-calls.ts';

export interface FollowUpOptions {
  method: 'POST' | 'PATCH';
  collection: Collection;
  calls: WriteCalls;
  clock: Clock;
  reconciler: Reconciler;
}

/** Seconds before each look for creates that may have happened, counted from the look before. */
const lookDelays = [0, 1, 2];
const backOffSeconds = 0.5;
/** After these an item that goes out again has not been sent at all, whatever becomes of the process meanwhile. */
const unsent = new Set<OutcomeKind>(['not-sent', 'too-many', 'system-error', 'stale-token']);

interface History {
  /** How often in a row a call of these items has ended so. */
  tries: number;
  kind: OutcomeKind;
}

/**
 * Answers the items of a call that has ended, decided by the table of endings: certainly not done, it is sent again;
 * refused, exactly the named items fail; open, an update is sent again and a create is looked for. No create is ever
 * repeated blindly.
 */
export function createFollowUp({ method, collection, calls, clock, reconciler }: FollowUpOptions) {
  const look = createLook(collection, calls, reconciler);

  async function follow({ items, sent }: EndedCall, history: History): Promise<void> {
    const isWorthAnother = history.tries < maxRetries(sent.kind);
    if (unsent.has(sent.kind)) for (const item of items) item.forget();
    switch (sent.kind) {
      case 'ok':
        return accept(items, sent, history);
      case 'invalid':
        return refuse(items, sent);
      case 'too-many':
      case 'stale-token':
        return isWorthAnother ? again(items, sent.kind, history) : fail(items, sent);
      case 'not-sent':
        return isWorthAnother ? againLater(items, sent.kind, history) : fail(items, sent);
      case 'system-error':
        return isWorthAnother ? againLater(items, sent.kind, history) : halve(items, sent);
      case 'bad-request':
        return halve(items, sent);
      default:
        if (meanings[sent.kind].done === 'no') return fail(items, sent);
        return method === 'PATCH' ? repeatUpdate(items, sent, history) : lookFor(items, sent);
    }
  }

  async function again(items: readonly PendingWrite[], because: RetryReason, history?: History): Promise<void> {
    const ended = await calls.sendAgain(items, because);
    if (ended === undefined) return;
    const { kind } = ended.sent;
    await follow(ended, { tries: history?.kind === kind ? history.tries + 1 : 0, kind });
  }

  async function againLater(items: readonly PendingWrite[], because: OutcomeKind, history: History): Promise<void> {
    await calls.pause(items, (0.5 + clock.random() / 2) * backOffSeconds * 2 ** history.tries);
    return again(items, because, history);
  }

  async function accept(items: readonly PendingWrite[], sent: Sent, history: History): Promise<void> {
    const answers = answeredItems(sent.outcome, collection);
    const left = items.filter((item, index) => {
      const answer =
        method === 'POST' ? answers.byRequest.get(String(index)) : answers.byId.get(Number(item.draft.body.id));
      if (answer === undefined || (method === 'POST' && !reconciler.claim(collection.path, answer.id))) return true;
      item.settle(answer);
      return false;
    });
    if (left.length === 0) return;
    // An answer that lacks an item leaves that item open, as a cut answer would.
    const open = { ...sent, kind: 'useless' } as const;
    return method === 'PATCH' ? repeatUpdate(left, open, history) : lookFor(left, open);
  }

  /** Exactly the named items fail. Whether a refused batch stored anything is not documented: one look for the others. */
  async function refuse(items: readonly PendingWrite[], sent: Sent): Promise<void> {
    const errors = readRejection(sent.outcome) ?? new Map<string, ItemError[]>();
    const others = items.filter((item, index) => {
      const own = errors.get(String(index));
      if (own !== undefined) item.reject(problemOfRejection(own, item.draft));
      return own === undefined;
    });
    if (others.length === items.length) return halve(items, sent);
    return resendAbsent(others, sent);
  }

  /** Nobody is named: each half goes alone, until single items fail by their own code. */
  async function halve(items: readonly PendingWrite[], sent: Sent): Promise<void> {
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      only.reject(legacyProblem(sent.outcome) ?? problemOfOutcome(sent.outcome));
      return;
    }
    const middle = Math.ceil(items.length / 2);
    const halves = [items.slice(0, middle), items.slice(middle)];
    // One half may be on the wire when the other can go no further.
    await Promise.all(halves.map((half) => resendAbsent(half, sent).catch((error: unknown) => failAll(half, error))));
  }

  async function resendAbsent(items: readonly PendingWrite[], sent: Sent): Promise<void> {
    if (items.length === 0) return;
    if (method === 'PATCH') return again(items, 'rest');
    for (const delay of lookDelays) {
      await sleep(clock, delay * clock.second);
      const absent = await look(items);
      if (absent !== undefined) return again(absent, 'rest');
    }
    return giveUp(items, sent);
  }

  /** An update's values are absolute, so sending it twice does no harm. */
  async function repeatUpdate(items: readonly PendingWrite[], sent: Sent, history: History): Promise<void> {
    for (const item of items) item.open = true;
    const isOutOfTries = ({ operation }: PendingWrite) =>
      history.tries >= maxRetries(sent.kind) || clock.now() >= operation.deadline;
    giveUp(items.filter(isOutOfTries), sent);
    return againLater(
      items.filter((item) => !isOutOfTries(item)),
      sent.kind,
      history,
    );
  }

  /** Looks for creates that may have happened: at once and twice more, then sends again, once, what may be. */
  async function lookFor(items: readonly PendingWrite[], sent: Sent): Promise<void> {
    for (const item of items) item.open = true;
    let left: readonly PendingWrite[] = items;
    let seen = false;
    for (const delay of lookDelays) {
      await sleep(clock, delay * clock.second);
      const absent = await look(left);
      seen = absent !== undefined;
      left = absent ?? left;
      if (left.length === 0) return;
    }
    const isResent = ({ resent }: PendingWrite) => seen && meanings[sent.kind].resendIfAbsent && resent === 0;
    giveUp(
      left.filter((item) => !isResent(item)),
      sent,
    );
    const resend = left.filter(isResent);
    for (const item of resend) item.resent += 1;
    return again(resend, 'absent');
  }

  return (ended: EndedCall): Promise<void> =>
    follow(ended, { tries: 0, kind: ended.sent.kind }).catch((error: unknown) => failAll(ended.items, error));
}

function fail(items: readonly PendingWrite[], { outcome }: Sent): void {
  for (const { open, reject } of items) reject(open ? unknownOutcome(outcome) : problemOfOutcome(outcome));
}

function giveUp(items: readonly PendingWrite[], { outcome }: Sent): void {
  for (const { reject } of items) reject(unknownOutcome(outcome));
}

/** No further call could be made: the breaker is open, or there is a bug. */
function failAll(items: readonly PendingWrite[], error: unknown): void {
  for (const { open, reject } of items) reject(open ? unknownBecause(error) : error);
}
