import { endOverdue } from '../jobs/end-job.ts';
import type { Shared } from './open-shared.ts';

/** Gives up the jobs whose time has ended of an account that cannot be opened now: it has nobody who carries them out. */
export async function endOverdueOf(shared: Shared, id: string): Promise<void> {
  const { store, ownership, clock, shutdown, log, jobEvents } = shared;
  const lease = await ownership.take(id);
  try {
    const { jobs } = store.of(id, lease.epoch);
    await jobs.resume();
    const options = { store: jobs, clock, shutdown: shutdown.signal, ...jobEvents(log.child({ account: id })) };
    let isMore = true;
    while (isMore) isMore = await endOverdue(options);
  } finally {
    await lease.release();
  }
}
