import type { Clock } from '../clock.ts';
import type { ProblemDocument } from '../problems/document.ts';
import type { Problem } from '../problems/problem.ts';

/** Seconds from a failed attempt to the next; after these the last one, more or less. */
const firstDelays = [5, 15, 60, 300];
const laterDelay = 900;
const spread = 0.2;

/** Milliseconds from the end of the attempt of this number, from 1 on, to the next. */
export function retryDelayMs(attempts: number, { random, second }: Pick<Clock, 'random' | 'second'>): number {
  const delay = firstDelays[attempts - 1] ?? laterDelay * (1 - spread + 2 * spread * random());
  return delay * second;
}

/** Whether a later attempt may succeed: amoCRM or this service has failed, not the request. */
export function mayPass({ status, code }: ProblemDocument, { isFinal }: Problem): boolean {
  return status >= 500 && code !== 'AMOCRM_FORBIDDEN' && !isFinal;
}
