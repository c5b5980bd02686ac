import type { Problem } from '../../problems/problem.ts';
import { policyOf, problemOfOutcome, type Sent, unknownBecause, unknownOutcome } from '../client/outcomes.ts';
import { countOwnerless, type ItemError, legacyProblem, readRejection } from '../client/rejection.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import { homeOf } from '../shapes/collection.ts';
import type { RetryReason } from '../wire/observer.ts';
import { answersOf, bareAnswer } from './answers.ts';
import { createDoubtfulActions } from './doubtful-actions.ts';
import { createDoubtfulCreates } from './doubtful-creates.ts';
import { createDoubtfulUpdates } from './doubtful-updates.ts';
import { failAll, type Lane, type PendingWrite } from './lane.ts';
import { problemOfAbsence, problemOfOwnerless, problemOfRejection } from './refusal.ts';
import type { EndedCall, History, WriteCalls } from './write-calls.ts';

/**
 * Answers the items of an ended call by the table of outcomes. Certainly not done: they are sent again. Refused:
 * exactly the named items fail. In doubt: an update is read and sent again, a create is looked for. No create is ever
 * repeated blindly.
 */
export function createFollowUp(lane: Lane, calls: WriteCalls) {
  const { kind, collection, reconciler } = lane;
  const isLookedFor = kind.inDoubt === 'look';
  /** A state that amoCRM refuses now it would have refused before. */
  const isState = kind.method === 'PATCH' || kind.method === 'PUT';
  const creates = createDoubtfulCreates(lane, again);
  const updates = createDoubtfulUpdates(lane, calls, again);
  const actions = createDoubtfulActions(lane, calls, again);

  async function follow({ items, sent }: EndedCall, history: History): Promise<void> {
    const { write, retries, spent } = policyOf(sent.kind);
    if (write === 'again' || write === 'later') {
      for (const item of items) item.forget();
      if (history.tries < retries) return repeat(items, history, write === 'later');
      return spent === 'halve' ? halve(items, sent) : fail(items, sent);
    }
    if (write === 'doubt') return resolveDoubt(items, sent, history);
    if (write === 'accept') return accept(items, sent, history);
    if (kind.inDoubt === 'ask' && items.some(({ isOpen }) => isOpen)) return actions.end(items, sent);
    if (write === 'refuse named') return refuse(items, sent);
    return write === 'halve' ? halve(items, sent) : fail(items, sent);
  }

  async function repeat(items: readonly PendingWrite[], history: History, isLater: boolean): Promise<void> {
    if (isLater) await calls.backOff(items, history.tries);
    return again(items, history.kind, history);
  }

  /** Sends them again, in several calls if the gateway limits the size; a failing call blocks no other. */
  async function again(items: readonly PendingWrite[], because: RetryReason, history?: History): Promise<void> {
    await each(partsOf(items, calls.size()), async (part) => {
      const ended = await calls.sendAgain(part, because);
      if (ended === undefined) return;
      const { kind } = ended.sent;
      await follow(ended, { tries: history?.kind === kind ? history.tries + 1 : 0, kind });
    });
  }

  function resolveDoubt(items: readonly PendingWrite[], sent: Sent, history: History): Promise<void> {
    for (const item of items) item.isOpen = true;
    if (kind.inDoubt === 'ask') return actions.repeat(items, sent, history);
    return isLookedFor ? creates.lookFor(items, sent) : updates.repeat(items, sent, history);
  }

  async function accept(items: readonly PendingWrite[], sent: Sent, history: History): Promise<void> {
    if (sent.outcome.kind === 'nothing') {
      if (kind.isDoneBy204) return settleAll(items, lane);
      // A 204 in place of the updated items does not say that any item was updated.
      if (kind.inDoubt === 'read again') return halve(items, sent);
    }
    const answerOf = answersOf(sent.outcome, lane);
    const proofs: Promise<void>[] = [];
    const left = items.filter((item, index) => {
      const answer = answerOf(item, index);
      if (answer === undefined || !isClaimed(answer)) return true;
      if (kind.inDoubt === 'read again') proofs.push(updates.prove(item, answer));
      else item.settle(answer);
      return false;
    });
    // An answer that lacks an item leaves that item in doubt, as a cut answer would.
    const isClear = left.length === 0 || refuseOwnerless(left, sent);
    const unclear = isClear ? undefined : resolveDoubt(left, { ...sent, kind: 'useless' }, history);
    await Promise.all([...proofs, unclear]);
  }

  /** An id that a create has got is nobody else's; one that amoCRM merged has got an id that was there already. */
  function isClaimed({ id, merged }: WriteAnswer): boolean {
    return !isLookedFor || (collection.merges === true && merged === true) || reconciler.claim(homeOf(collection), id);
  }

  /** Exactly the named items fail. The others may have been stored (not documented), so they are looked for. */
  async function refuse(items: readonly PendingWrite[], sent: Sent): Promise<void> {
    const errors = readRejection(sent.outcome) ?? new Map<string, ItemError[]>();
    const others = items.filter((item, index) => {
      // A single object has no `request_id`.
      const own = kind.answeredBy === 'path' ? [...errors.values()].flat() : errors.get(String(index));
      if (own !== undefined) endRefused(item, problemOfRejection(own, item.draft), sent);
      return own === undefined;
    });
    if (others.length === items.length) return halve(items, sent);
    return resendAbsent(others, sent);
  }

  /** No item is named: each half is sent alone, until single items fail with their own code. */
  async function halve(items: readonly PendingWrite[], sent: Sent): Promise<void> {
    if (refuseOwnerless(items, sent)) return;
    const [only] = items;
    if (items.length === 1 && only !== undefined) {
      return endRefused(only, problemOfRefusal(only, sent), sent);
    }
    await each(partsOf(items, Math.ceil(items.length / 2)), (half) => resendAbsent(half, sent));
  }

  function problemOfRefusal({ draft }: PendingWrite, { outcome, kind: ended }: Sent): Problem {
    if (kind.isAlone && ended === 'absent') return problemOfAbsence(outcome, draft);
    return legacyProblem(outcome) ?? problemOfOutcome(outcome);
  }

  /** False unless amoCRM says of as many items as these that it knows nobody whom they belong to. */
  function refuseOwnerless(items: readonly PendingWrite[], sent: Sent): boolean {
    const { ownerKey } = collection;
    if (ownerKey === undefined || countOwnerless(sent.outcome) !== items.length) return false;
    for (const item of items) endRefused(item, problemOfOwnerless(ownerKey, item.draft), sent);
    return true;
  }

  async function resendAbsent(items: readonly PendingWrite[], sent: Sent): Promise<void> {
    if (items.length === 0) return;
    return again(isLookedFor ? await creates.lookOnce(items, sent) : items, 'rest');
  }

  /** What amoCRM refuses now may have been done by an earlier call, which is still in doubt. */
  function endRefused(item: PendingWrite, refusal: Problem, sent: Sent): void {
    if (item.isOpen && isDoneBy(refusal, sent)) item.settle(bareAnswer(item, collection));
    else item.reject(item.isOpen && !isState ? unknownBecause(refusal) : refusal);
  }

  function isDoneBy({ code }: Problem, sent: Sent): boolean {
    if (kind.isDoneBy === 'absence') return sent.kind === 'absent';
    // A missing right and a system error say nothing of what was to be written.
    return kind.isDoneBy === 'any refusal' && code !== 'AMOCRM_FORBIDDEN' && sent.kind !== 'system-error';
  }

  /** One part may be in flight while another fails because the breaker is open or because of a bug. */
  async function each(parts: PendingWrite[][], work: (part: PendingWrite[]) => Promise<void>): Promise<void> {
    await Promise.all(parts.map((part) => work(part).catch((error: unknown) => failAll(part, error))));
  }

  return (ended: EndedCall): Promise<void> =>
    follow(ended, { tries: 0, kind: ended.sent.kind }).catch((error: unknown) => failAll(ended.items, error));
}

function partsOf<T>(items: readonly T[], size: number): T[][] {
  const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, part) => part * size);
  return starts.map((start) => items.slice(start, start + size));
}

function settleAll(items: readonly PendingWrite[], { collection }: Lane): void {
  for (const item of items) item.settle(bareAnswer(item, collection));
}

function fail(items: readonly PendingWrite[], { outcome }: Sent): void {
  for (const { isOpen, reject } of items) reject(isOpen ? unknownOutcome(outcome) : problemOfOutcome(outcome));
}
