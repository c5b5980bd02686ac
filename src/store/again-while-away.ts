import { setTimeout as sleep } from 'node:timers/promises';
import { DatabaseFault } from './database-fault.ts';

/** Milliseconds until a database that did not answer in time is asked again. */
const againMs = 250;

/**
 * Does something at a start, and again while the database does not answer in time, for so many milliseconds. It may be
 * done twice.
 */
export async function againWhileAway<T>(work: () => Promise<T>, waitMs: number): Promise<T> {
  const until = performance.now() + waitMs;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!isAway(error) || performance.now() >= until) throw error;
    }
    await sleep(againMs);
  }
}

function isAway(error: unknown): boolean {
  const fault = error instanceof Error && error.cause instanceof DatabaseFault ? error.cause : error;
  return fault instanceof DatabaseFault && (fault.kind === 'away' || fault.kind === 'busy');
}
