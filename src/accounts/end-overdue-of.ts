import { endOverdue } from '../jobs/end-job.ts';
import type { Shared } from './open-shared.ts';

/** Groups of jobs after which other work on the account has its turn. */
const groupsAtOnce = 10;

/**
 * Gives up jobs whose time has ended, of an account that cannot be opened now, so that nothing carries them out. Returns
 * whether there may be more of them.
 */
export async function endOverdueOf(shared: Shared, id: string): Promise<boolean> {
  const { store, ownership, clock, shutdown, log, jobEvents } = shared;
  const lease = await ownership.take(id);
  try {
    const { jobs } = store.of(id, lease.epoch);
    await jobs.resume();
    const options = { store: jobs, clock, shutdown: shutdown.signal, ...jobEvents(log.child({ account: id })) };
    let isMore = true;
    for (let groups = 0; isMore && groups < groupsAtOnce; groups += 1) isMore = await endOverdue(options);
    return isMore;
  } finally {
    await lease.release();
  }
}
