import type { FairQueue } from './fair-queue.ts';
import type { Slots } from './slots.ts';

export interface ForecastOptions {
  queue: FairQueue<unknown>;
  slots: Slots;
  limit: number;
  /** Steps of one participant that begin as a group before those that have begun go on. */
  groupSize: number;
}

/**
 * Estimates when waiting calls will have been sent, in milliseconds from now. How many calls a step takes is not known
 * beforehand: the mean of the participant's recent steps is used.
 */
export function createForecast({ queue, slots, limit, groupSize }: ForecastOptions) {
  /** The mean number of calls of a step: one at first, with the weight of a second's calls. */
  function callsPerStep(participant: string): number {
    const { served, servedFresh } = queue.standing(participant);
    return (served + limit) / (servedFresh + limit);
  }

  /** Until a request is sent that has `ahead` others before it. */
  function wait(ahead: number): number {
    const pause = slots.pauseMs();
    if (pause === 0 && slots.held() + ahead < slots.count()) return 0;
    return pause + ((ahead + 1) * slots.roundMs()) / slots.count();
  }

  /** From a step's first call to its end while others wait: its group goes before each further call. */
  function rest(participant: string): number {
    return (Math.ceil(callsPerStep(participant) - 1) * groupSize * slots.windowMs) / limit;
  }

  return {
    wait,
    rest,
    /** Until the next call of a step that has begun is sent. */
    nextCall(participant: string): number {
      const own = queue.standing(participant).begun + 1;
      return wait(queue.turnsUntil(participant, own) - 1);
    },
    /** Until the n-th step that has not begun is done, in the best case: none is refused too early. */
    done(participant: string, place: number): number {
      const own = queue.standing(participant).begun + place * callsPerStep(participant);
      const turns = Math.max(0, slots.held() + queue.turnsUntil(participant, own) - slots.count());
      return slots.pauseMs() + (turns * slots.windowMs) / slots.count() + rest(participant);
    },
  };
}
