import type { Free } from './journal.ts';

/**
 * Does the work of a keyed request, at most once and on from where an earlier attempt stopped, and releases its key.
 * Returns its answer as JSON, which is on disk if the request has written something.
 */
export async function carryOut({ log, release }: Free, work: () => Promise<unknown>): Promise<string> {
  try {
    const answer = JSON.stringify(await work());
    await log.succeed(answer);
    return answer;
  } catch (error) {
    await log.fail();
    throw error;
  } finally {
    release();
  }
}
