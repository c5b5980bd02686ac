import type { ListedPage, ReadListed } from './read-listed.ts';
import { walkDown } from './walk.ts';

/** Seconds by which amoCRM may be late to show a change, whose date is then that much older. */
export const lateSeconds = 60;
/** Seconds by which the clocks of its machines may differ. */
const skewSeconds = 2;
/** Contacts that change faster than they can be read would keep a walk going without end. */
const maxPasses = 8;

export interface CatchUpOptions {
  read: ReadListed;
  take(page: ListedPage): number;
  pageSize: number;
  /** What the index is known to hold: all changes before `caughtUpAt`, all contacts up to `topId`. */
  since: { caughtUpAt: number; topId: number };
}

export interface CaughtUp {
  caughtUpAt: number;
  topId: number;
  pages: number;
}

/**
 * Reads what has changed since the last time, the newest first: by the time of the change, and by id, since an imported
 * contact may have old dates. amoCRM lists a change at once, whereas its search may lag.
 */
export async function catchUp({ read, take, pageSize, since }: CatchUpOptions): Promise<CaughtUp> {
  const [changed, added] = await Promise.all([
    walkChanges({ read, take, pageSize }, since.caughtUpAt - lateSeconds),
    walkDown({
      read: (place) => read('id desc', place),
      take,
      pageSize,
      isEnd: ({ id }) => id <= since.topId,
    }),
  ]);
  return {
    caughtUpAt: Math.min(changed.at, added.top.at),
    // Of this walk alone: a contact that the service has made itself, or met elsewhere, does not tell that none is missing
    // below it.
    topId: Math.max(since.topId, ...added.top.contacts.map(({ id }) => id)),
    pages: changed.pages + added.pages,
  };
}

/**
 * A contact that is changed while the walk is on its way moves to the top, behind its back. So a walk of several pages is
 * repeated, as far back as its own beginning, until it is a single page or brings nothing new. The first pass does not end
 * by bringing nothing new: what has moved may be all that there was.
 */
async function walkChanges(
  { read, take, pageSize }: Omit<CatchUpOptions, 'since'>,
  until: number,
): Promise<{ at: number; pages: number }> {
  const pass = (bound: number) =>
    walkDown({
      read: (place) => read('updated_at desc', place),
      take,
      pageSize,
      isEnd: ({ updatedAt }) => updatedAt > 0 && updatedAt < bound,
    });
  let walked = await pass(until);
  const { at } = walked.top;
  let { pages } = walked;
  for (let passes = 1; walked.pages > 1 && passes < maxPasses; passes += 1) {
    walked = await pass(walked.top.at - skewSeconds);
    pages += walked.pages;
    if (walked.news === 0) break;
  }
  return { at, pages };
}
