import type { Clock } from '../../clock.ts';
import { Problem } from '../../problems/problem.ts';

/** Doubled up to the maximum. A refusal by amoCRM rarely goes away by itself. */
export const firstDelaySeconds = 5;
const lastDelaySeconds = 60;
const lastRefusedDelaySeconds = 600;

/** When to try again after failures, and whom the last one concerns. */
export function createBackOff(clock: Pick<Clock, 'now' | 'second'>) {
  let failures = 0;
  let last: { problem: Problem; until: number; isOfPair: boolean } | undefined;

  return {
    /** `isOfPair`: whether those who need a token must wait as well. */
    putOff(problem: Problem, isOfPair = true): void {
      const most = problem.code === 'AMOCRM_UNAUTHORIZED' ? lastRefusedDelaySeconds : lastDelaySeconds;
      const seconds = problem.retryAfter ?? Math.min(most, firstDelaySeconds * 2 ** failures);
      failures += 1;
      last = { problem, until: clock.now() + seconds * clock.second, isOfPair };
    },
    /** What has failed is done, or not to be done any more. The delay of the next failure stays as long as it would be. */
    clear(): void {
      last = undefined;
    },
    /** All works: the next failure is a first one. */
    reset(): void {
      failures = 0;
    },
    /** Milliseconds until the next try; undefined where nothing has failed. */
    waitMs: (): number | undefined => last && Math.max(0, last.until - clock.now()),
    holdsUpCallers: (): boolean => last?.isOfPair === true && clock.now() < last.until,
    /** The last failure for a caller who asks now. */
    refusal(): Problem | undefined {
      if (last === undefined) return undefined;
      const { code, text, words, status, cause } = last.problem;
      const seconds = Math.max(1, Math.ceil((last.until - clock.now()) / clock.second));
      return new Problem(code, text, { words, cause, ...(status === 503 ? { retryAfter: seconds } : {}) });
    },
  };
}
