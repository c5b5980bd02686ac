import type { FairQueue } from './fair-queue.ts';
import type { Slots } from './slots.ts';

export interface ForecastOptions {
  queue: FairQueue<unknown>;
  slots: Slots;
}

/** Steps after which older ones count half. */
const recentSteps = 100;

/** What a participant has sent lately. */
interface Tally {
  calls: number;
  steps: number;
  /** The mean number of calls of a step. */
  mean: number;
  /** Whether the last call was the first of its step. */
  isBeginning: boolean;
}

/**
 * Estimates when waiting calls will have been sent, in milliseconds from now. How many calls a step takes is not known
 * beforehand: the mean of the participant's recent steps is used, one until the first have ended.
 */
export function createForecast({ queue, slots }: ForecastOptions) {
  const tallies = new Map<string, Tally>();

  function callsPerStep(participant: string): number {
    return tallies.get(participant)?.mean ?? 1;
  }

  /** To be called for each call that is sent. */
  function count(participant: string, isFirst: boolean): void {
    const tally = tallies.get(participant) ?? { calls: 0, steps: 0, mean: 1, isBeginning: true };
    // Shared calls of all participants belong to no step.
    if (!isFirst && tally.steps === 0) return;
    tallies.set(participant, tally);
    // The next group begins, so the steps before it have made their calls.
    if (isFirst && !tally.isBeginning && queue.standing(participant).begun === 0) {
      tally.mean = tally.calls / tally.steps;
      if (tally.steps >= recentSteps) Object.assign(tally, { calls: tally.calls / 2, steps: tally.steps / 2 });
    }
    tally.calls += 1;
    if (isFirst) tally.steps += 1;
    tally.isBeginning = isFirst;
  }

  /** Until a request is sent that has `ahead` others before it. */
  function wait(ahead: number): number {
    const pause = slots.pauseMs();
    if (pause === 0 && slots.held() + ahead < slots.count()) return 0;
    return pause + ((ahead + 1) * slots.roundMs()) / slots.count();
  }

  /**
   * From the first call of the step that begins next to its end. Its group goes before each further call, and the last
   * round is for a call that it shares, as creates do: those are not among the participant's own.
   */
  function rest(participant: string): number {
    const { group } = queue.standing(participant);
    const turns = queue.turnsUntil(participant, group * (callsPerStep(participant) - 1));
    return (turns * slots.roundMs()) / slots.count() + slots.roundMs();
  }

  return {
    count,
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
      return slots.pauseMs() + (turns * slots.windowMs) / slots.count();
    },
  };
}
