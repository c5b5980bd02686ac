import type { Problem } from '../../problems/problem.ts';
import { problemOfOutcome, type Sent, unknownBecause } from '../client/outcomes.ts';
import { countOwnerless, type ItemError, legacyProblem, readRejection } from '../client/rejection.ts';
import { bareAnswer } from './answers.ts';
import { inParts, type Lane, type PendingWrite, readOnItsOwn } from './lane.ts';
import { problemOfAbsence, problemOfOwnerless, problemOfRejection } from './refusal.ts';
import type { Resolver } from './resolver.ts';
import type { Again } from './write-calls.ts';

/** Calls that amoCRM has refused: finds out which of their items it means; the others are sent again. */
export function createRefusedCalls(lane: Lane, resolver: Resolver, again: Again) {
  const { kind, collection } = lane;
  /** A write that sets a state: what amoCRM refuses now an earlier call cannot have done either. */
  const isState = kind.method === 'PATCH' || kind.method === 'PUT';

  /** Exactly the named items fail. The others may have been stored (not documented). */
  async function refuseNamed(items: readonly PendingWrite[], sent: Sent): Promise<void> {
    const errors = readRejection(sent.outcome) ?? new Map<string, ItemError[]>();
    const ends: Promise<void>[] = [];
    const others = items.filter((item, index) => {
      // A single object has no `request_id`.
      const own = kind.isAlone ? [...errors.values()].flat() : errors.get(String(index));
      if (own !== undefined) ends.push(endRefused(item, problemOfRejection(own, item.draft), sent));
      return own === undefined;
    });
    await Promise.all([...ends, ends.length === 0 ? halve(items, sent) : resend(others, sent)]);
  }

  /** No item is named: each half is sent alone, until single items fail with their own code. */
  async function halve(items: readonly PendingWrite[], sent: Sent): Promise<void> {
    if (refuseOwnerless(items, sent)) return;
    const [only] = items;
    if (items.length === 1 && only !== undefined) return endRefused(only, problemOf(only, sent), sent);
    await inParts(items, Math.ceil(items.length / 2), (half) => resend(half, sent));
  }

  function problemOf({ draft }: PendingWrite, { outcome, kind: ended }: Sent): Problem {
    if (kind.isAlone && ended === 'absent') return problemOfAbsence(outcome, draft);
    return legacyProblem(outcome) ?? problemOfOutcome(outcome);
  }

  /** False unless amoCRM says of as many items as these that it knows nobody whom they belong to. */
  function refuseOwnerless(items: readonly PendingWrite[], sent: Sent): boolean {
    const { ownerKey } = collection;
    if (ownerKey === undefined || countOwnerless(sent.outcome) !== items.length) return false;
    for (const item of items) void endRefused(item, problemOfOwnerless(ownerKey, item.draft), sent);
    return true;
  }

  async function resend(items: readonly PendingWrite[], sent: Sent): Promise<void> {
    if (items.length > 0) await again(await resolver.unstored(items, sent), 'rest');
  }

  /** What amoCRM refuses now may have been done by an earlier call, which is still in doubt. */
  async function endRefused(item: PendingWrite, refusal: Problem, sent: Sent): Promise<void> {
    if (!item.isOpen) return item.reject(refusal);
    if (kind.isDoneByAbsence && sent.kind === 'absent') return item.settle(bareAnswer(item, collection));
    const { proof } = item;
    if (proof === undefined) return item.reject(isState ? refusal : unknownBecause(refusal));
    try {
      const answer = await readOnItsOwn(lane, item, proof);
      if (answer !== undefined) return item.settle(answer);
      item.reject(isMeant(refusal, sent) ? refusal : unknownBecause(refusal));
    } catch (error) {
      item.reject(unknownBecause(error));
    }
  }

  /** A missing right and a system error say nothing of what was to be written. */
  function isMeant({ code }: Problem, sent: Sent): boolean {
    return code !== 'AMOCRM_FORBIDDEN' && sent.kind !== 'system-error';
  }

  return { refuseNamed, halve, refuseOwnerless };
}
