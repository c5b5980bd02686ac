import { sleep } from '../../clock.ts';
import { callMessages } from '../../messages/amocrm.ts';
import { policyOf, type Sent, unknownFate, unknownOutcome } from '../client/outcomes.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import { homeOf } from '../shapes/collection.ts';
import { type Lane, type PendingWrite, unanswered } from './lane.ts';
import type { Again } from './write-calls.ts';

/** Seconds before each look that counts, from the one before. A look is one search among amoCRM's newest entities. */
const lookDelays = [0, 1, 2];
/** Seconds before the next look when a look failed, or when it must first wait for a call in flight. */
const againDelay = 1;

/** Finds out whether creates in doubt have happened, by looking for them among amoCRM's newest entities. */
export function createDoubtfulCreates(lane: Lane, again: Again) {
  const { collection, clock, reconciler } = lane;

  /**
   * A create that three looks do not find is absent; a look that failed does not count. Absent creates are sent once
   * more where that is safe, the rest become OUTCOME_UNKNOWN.
   */
  async function lookFor(items: readonly PendingWrite[], sent: Sent): Promise<void> {
    for (const item of items) item.looks = 0;
    const absent = await lookUntil(items, sent, lookDelays.length);
    const isResent = ({ resent }: PendingWrite) => policyOf(sent.kind).resendIfAbsent && resent === 0;
    giveUp(
      absent.filter((item) => !isResent(item)),
      sent,
    );
    const resend = absent.filter(isResent);
    for (const item of resend) item.resent += 1;
    return again(resend, 'absent');
  }

  /** Answers creates that are found or past their deadline; returns those not found in this many looks. */
  async function lookUntil(items: readonly PendingWrite[], sent: Sent, looks: number): Promise<PendingWrite[]> {
    const absent: PendingWrite[] = [];
    let left = unanswered(lane, items);
    for (let delay: number = lookDelays[0] ?? 0; left.length > 0; ) {
      await sleep(clock, delay * clock.second);
      const isSeen = await look(unanswered(lane, left));
      left = unanswered(lane, left);
      absent.push(...left.filter((item) => item.looks >= looks));
      left = left.filter((item) => item.looks < looks);
      // After the deadline only the looks that are scheduled anyway are awaited.
      const now = clock.now();
      const isOver = ({ operation }: PendingWrite) => !isSeen && now >= operation.deadline;
      giveUp(left.filter(isOver), sent);
      left = left.filter((item) => !isOver(item));
      const made = Math.min(...left.map((item) => item.looks));
      delay = isSeen ? (lookDelays[made] ?? againDelay) : againDelay;
    }
    return absent;
  }

  /** Answers what is found. False when the look failed in part, or depends on calls still in flight. */
  async function look(items: readonly PendingWrite[]): Promise<boolean> {
    const now = clock.now();
    const until = Math.max(...items.map(({ operation }) => operation.deadline), now + againDelay * clock.second);
    const sightings = await reconciler.look(collection, items, { ms: until - now });
    if (sightings === undefined) return false;
    for (const [item, sighting] of sightings) {
      if (typeof sighting === 'object') item.settle(sighting);
      else if (sighting === 'too-many') item.reject(unknownFate(callMessages.moreThanSent, {}));
      else if (sighting === 'absent') item.looks += 1;
    }
    return [...sightings.values()].every((sighting) => sighting !== 'wait' && sighting !== 'unseen');
  }

  function giveUp(items: readonly PendingWrite[], { outcome }: Sent): void {
    for (const { reject } of items) reject(unknownOutcome(outcome));
  }

  return {
    resolve: lookFor,
    /** An id that a create has got is nobody else's; one that amoCRM merged has got an id that was there already. */
    accepts: ({ id, merged }: WriteAnswer, { logged }: PendingWrite): boolean =>
      (collection.merges === true && merged === true) || reconciler.claim(homeOf(collection), id, logged),
    /** One look for the unnamed creates of a refused batch; returns those that are not there. */
    unstored(items: readonly PendingWrite[], sent: Sent): Promise<PendingWrite[]> {
      for (const item of items) item.looks = 0;
      return lookUntil(items, sent, 1);
    },
  };
}
