import { isNothing, policyOf, problemOfOutcome, type Sent, unknownOutcome } from '../client/outcomes.ts';
import type { RetryReason } from '../wire/observer.ts';
import { answersOf, bareAnswer } from './answers.ts';
import { failAll, inParts, type Lane, type PendingWrite } from './lane.ts';
import { createRefusedCalls } from './refused-calls.ts';
import { createResolver } from './resolver.ts';
import type { EndedCall, History, WriteCalls } from './write-calls.ts';

/**
 * Answers the items of an ended call by the table of outcomes. Certainly not done: they are sent again. Refused:
 * exactly the named items fail. In doubt: an update is read and sent again, a create is looked for. No create is ever
 * repeated blindly.
 */
export function createFollowUp(lane: Lane, calls: WriteCalls) {
  const { kind } = lane;
  const resolver = createResolver(lane, calls, again);
  const refused = createRefusedCalls(lane, resolver, again);

  async function follow({ items, sent }: EndedCall, history: History): Promise<void> {
    const { write, retries, spent } = policyOf(sent.kind);
    if (write === 'again' || write === 'later') {
      for (const item of items) item.forget();
      if (history.tries < retries) return repeat(items, history, write === 'later');
      return spent === 'halve' ? refused.halve(items, sent) : fail(items, sent);
    }
    if (write === 'doubt') return resolveDoubt(items, sent, history);
    if (write === 'accept') return accept(items, sent, history);
    if (resolver.endOpen !== undefined && items.some(({ isOpen }) => isOpen)) return resolver.endOpen(items, sent);
    if (write === 'refuse named') return refused.refuseNamed(items, sent);
    return write === 'halve' ? refused.halve(items, sent) : fail(items, sent);
  }

  async function repeat(items: readonly PendingWrite[], history: History, isLater: boolean): Promise<void> {
    if (isLater) await calls.backOff(items, history.tries);
    return again(items, history.kind, history);
  }

  /** Sends them again, in several calls if the gateway limits the size. */
  async function again(items: readonly PendingWrite[], because: RetryReason, history?: History): Promise<void> {
    await inParts(items, calls.size(), async (part) => {
      const ended = await calls.sendAgain(part, because);
      if (ended === undefined) return;
      const { kind } = ended.sent;
      await follow(ended, { tries: history?.kind === kind ? history.tries + 1 : 0, kind });
    });
  }

  function resolveDoubt(items: readonly PendingWrite[], sent: Sent, history: History): Promise<void> {
    for (const item of items) item.isOpen = true;
    return resolver.resolve(items, sent, history);
  }

  async function accept(items: readonly PendingWrite[], sent: Sent, history: History): Promise<void> {
    if (isNothing(sent.outcome)) {
      if (kind.isDoneBy204) return confirmAll(items);
      // A 204 in place of the updated items does not say that any item was updated.
      if (kind.inDoubt === 'read again') return refused.halve(items, sent);
    }
    const answerOf = answersOf(sent.outcome, lane);
    const confirmed: Promise<void>[] = [];
    const left = items.filter((item, index) => {
      const answer = answerOf(item, index);
      if (answer === undefined || !resolver.accepts(answer, item)) return true;
      confirmed.push(resolver.confirm(item, answer));
      return false;
    });
    // An answer that lacks an item leaves that item in doubt, as a cut answer would.
    const isClear = left.length === 0 || refused.refuseOwnerless(left, sent);
    const unclear = isClear ? undefined : resolveDoubt(left, { ...sent, kind: 'useless' }, history);
    await Promise.all([...confirmed, unclear]);
  }

  async function confirmAll(items: readonly PendingWrite[]): Promise<void> {
    await Promise.all(items.map((item) => resolver.confirm(item, bareAnswer(item, lane.collection))));
  }

  return (ended: EndedCall): Promise<void> =>
    follow(ended, { tries: 0, kind: ended.sent.kind }).catch((error: unknown) => failAll(ended.items, error));
}

function fail(items: readonly PendingWrite[], { outcome }: Sent): void {
  for (const { isOpen, reject } of items) reject(isOpen ? unknownOutcome(outcome) : problemOfOutcome(outcome));
}
