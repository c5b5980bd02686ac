import { policyOf, type Sent, unknownBecause, unknownOutcome } from '../client/outcomes.ts';
import { type Lane, type PendingWrite, readOnItsOwn } from './lane.ts';
import type { Again, History, WriteCalls } from './write-calls.ts';

/**
 * Actions in doubt, which must not be done twice: the proof of each is asked for before it is sent again, and once more
 * where amoCRM refuses it then, as it does with what a late call has done meanwhile.
 */
export function createDoubtfulActions(lane: Lane, calls: WriteCalls, again: Again) {
  const { clock } = lane;

  /** Answers what has been done, and what cannot be found out; gives the rest. */
  async function undone(items: readonly PendingWrite[]): Promise<PendingWrite[]> {
    const asked = items.map(async (item) => {
      try {
        const answer = await readOnItsOwn(lane, item, async (operation) => item.proof?.(operation));
        if (answer === undefined) return [item];
        item.settle(answer);
      } catch (error) {
        item.reject(unknownBecause(error));
      }
      return [];
    });
    return (await Promise.all(asked)).flat();
  }

  /** Those that have not been done are of unknown outcome: amoCRM may be about to do them. */
  async function end(items: readonly PendingWrite[], { outcome }: Sent): Promise<void> {
    for (const { reject } of await undone(items)) reject(unknownOutcome(outcome));
  }

  return {
    endOpen: end,
    /** Sends what has not been done again. */
    async resolve(items: readonly PendingWrite[], sent: Sent, history: History): Promise<void> {
      const isOver = ({ operation }: PendingWrite) => clock.now() >= operation.deadline;
      if (history.tries >= policyOf(sent.kind).retries || items.every(isOver)) return end(items, sent);
      await calls.backOff(items, history.tries);
      return again(await undone(items), sent.kind, history);
    },
  };
}
