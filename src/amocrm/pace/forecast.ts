import type { FairQueue } from './fair-queue.ts';
import type { Slots } from './slots.ts';

export interface ForecastOptions {
  queue: FairQueue<unknown>;
  slots: Slots;
  limit: number;
  /** Steps of one participant that begin before those that have begun go on. */
  groupSize: number;
}

/**
 * When what waits will have gone out, in milliseconds from now. How many calls a step takes is not known beforehand:
 * it is taken to be what the participant's steps have taken since it last had none waiting.
 */
export function createForecast({ queue, slots, limit, groupSize }: ForecastOptions) {
  /** One at first, with the weight of a second's calls. */
  function callsPerStep(participant: string): number {
    const { served, servedFresh } = queue.standing(participant);
    return (served + limit) / (servedFresh + limit);
  }

  /** Until a request goes out that has `ahead` others before it. */
  function wait(ahead: number): number {
    const pause = slots.pauseMs();
    if (pause === 0 && slots.held() + ahead < slots.count()) return 0;
    return pause + ((ahead + 1) * slots.roundMs()) / slots.count();
  }

  /** From a step's first call to its end while others wait: for each further call, or share of one, its group goes first. */
  function rest(participant: string): number {
    return (Math.ceil(callsPerStep(participant) - 1) * groupSize * slots.windowMs) / limit;
  }

  return {
    wait,
    rest,
    /** Until the next call of a step that has begun goes out. */
    nextCall(participant: string): number {
      const own = queue.standing(participant).begun + 1;
      return wait(queue.turnsUntil(participant, own) - 1);
    },
    /**
     * Until a step that has not begun, the so many-th of such, is done. At the best: a slow moment must not turn away
     * those that would be done after all.
     */
    done(participant: string, place: number): number {
      const own = queue.standing(participant).begun + place * callsPerStep(participant);
      const turns = Math.max(0, slots.held() + queue.turnsUntil(participant, own) - slots.count());
      return slots.pauseMs() + (turns * slots.windowMs) / slots.count() + rest(participant);
    },
  };
}
