import { type Climb, climb, depthOf } from './climb.ts';
import type { IndexedContact } from './contact-index.ts';
import type { DirectoryState } from './directory-state.ts';
import type { ListedPage, ReadListed } from './read-listed.ts';
import { walkDown } from './walk.ts';

/** Seconds after its date within which amoCRM shows a change for the first time. */
export const showLagSeconds = 60;
/** Seconds by which the clocks of its machines may differ. */
const skewSeconds = 2;
/** Contacts that change faster than they can be read would keep a walk going without end. */
const maxPasses = 8;
/** Above this many pages progress is saved page by page, however many were expected. */
const maxExpectedPages = 64;

/** What the index is known to hold: all changes before `caughtUpAt`, all contacts up to `topId`. */
export type Reached = Pick<DirectoryState, 'caughtUpAt' | 'topId'>;

export interface CatchUpOptions {
  read: ReadListed;
  take(page: ListedPage): number;
  pageSize: number;
  /**
   * Pages beyond the expected ones after which a walk is long: the list is then read from the oldest unknown page upwards,
   * and progress is saved with each page.
   */
  longPages: number;
  /** Pages that the last catch-up has read of what may still change: they are read again. */
  expectedPages: number;
  reached(): Reached;
  save(reached: Partial<Reached>): void;
  /** Called when the walks begin: what they read shows all that there is now. */
  onBegin(): void;
  /** Called where it takes long, once it is known how many pages more. */
  onLong(pages: number): void;
  /** Called with each page: how many of the contacts so far the next catch-up must read again, and how many of them twice. */
  onRecent(contacts: number, ofThemTwice: number): void;
}

/**
 * Reads what has changed since the last time, the newest first: by the time of the change, and by id, since an imported
 * contact may have old dates. amoCRM lists a change at once, whereas its search may lag.
 */
export async function catchUp(options: CatchUpOptions): Promise<void> {
  const { reached, save, longPages, expectedPages } = options;
  let walks = await walkBoth(options, longPages + Math.min(expectedPages, maxExpectedPages));
  if (walks.some(({ isWhole }) => !isWhole)) {
    const climbs = [byChange(options), byId(options)].filter((_, index) => walks[index]?.isWhole === false);
    const depths = await Promise.all(climbs.map((one) => depthOf(one, longPages)));
    options.onLong(depths.reduce((sum, depth) => sum + depth, 0));
    await Promise.all(climbs.map((one, index) => climb(one, depths[index] ?? 1)));
    walks = await walkBoth(options, Number.POSITIVE_INFINITY);
  }
  const [changed, added] = walks;
  save({
    caughtUpAt: Math.min(changed.top.at, added.top.at),
    // Of this walk alone: a contact that the service has made itself, or met elsewhere, does not tell that none is missing
    // below it.
    topId: Math.max(reached().topId, ...added.top.contacts.map(({ id }) => id)),
  });
}

function walkBoth(options: CatchUpOptions, maxPages: number) {
  options.onBegin();
  const { take, pageSize } = options;
  const { read, isKnown: isEnd } = byId(options);
  return Promise.all([walkChanges(options, maxPages), walkDown({ read, take, pageSize, isEnd, maxPages })]);
}

/**
 * A contact that is changed during the walk moves to the top, above the page being read. So a walk of several pages is
 * repeated, as far back as the time at which it began, until it is a single page or brings nothing new. The first pass is
 * repeated even where it brings nothing new: what has moved may be all that there was.
 */
async function walkChanges(options: CatchUpOptions, maxPages: number) {
  const { read, pageSize, reached } = options;
  const pass = (bound: number, most = Number.POSITIVE_INFINITY, take = options.take) =>
    walkDown({
      read: (place) => read('updated_at desc', place),
      take,
      pageSize,
      isEnd: ({ updatedAt }) => updatedAt > 0 && updatedAt < bound,
      maxPages: most,
    });
  const first = await pass(reached().caughtUpAt - showLagSeconds, maxPages, countRecent(options));
  let walked = first;
  for (let passes = 1; first.isWhole && walked.pages > 1 && passes < maxPasses; passes += 1) {
    walked = await pass(walked.top.at - skewSeconds);
    if (walked.news === 0) break;
  }
  return first;
}

/**
 * Takes the pages of a walk, the top one first, and counts what may still change. Contacts that another program has dated in
 * the future stay on top: each pass of the next walk must read them all, since what is changed meanwhile is listed below.
 */
function countRecent({ take, onRecent }: CatchUpOptions): CatchUpOptions['take'] {
  let since: number | undefined;
  let recent = 0;
  let ahead = 0;
  return (page) => {
    const from = since ?? page.at - showLagSeconds;
    since = from;
    recent += page.contacts.filter(({ updatedAt }) => updatedAt >= from).length;
    ahead += page.contacts.filter(({ updatedAt }) => updatedAt >= from + 2 * showLagSeconds).length;
    onRecent(recent, ahead);
    return take(page);
  };
}

/** Changes of the last minute are left to the walk that follows: others of that time may still show. */
function byChange({ read, take, pageSize, reached, save }: CatchUpOptions): Climb {
  let known = reached().caughtUpAt - showLagSeconds;
  return {
    read: (place) => read('updated_at desc', place),
    take,
    pageSize,
    isKnown: ({ updatedAt }) => updatedAt > 0 && updatedAt < known,
    reach({ contacts, at }, isTop) {
      known = Math.max(known, ...contacts.map(({ updatedAt }) => updatedAt));
      // Others of the same second may stand above, unless nothing does.
      if (isTop) known = Math.max(known, at - showLagSeconds);
      const caughtUpAt = Math.min(at, known + showLagSeconds);
      if (caughtUpAt > reached().caughtUpAt) save({ caughtUpAt });
      return known < at - showLagSeconds;
    },
  };
}

function byId({ read, take, pageSize, reached, save }: CatchUpOptions): Climb {
  return {
    read: (place) => read('id desc', place),
    take,
    pageSize,
    isKnown: ({ id }: IndexedContact) => id <= reached().topId,
    reach({ contacts }) {
      save({ topId: Math.max(reached().topId, ...contacts.map(({ id }) => id)) });
      return true;
    },
  };
}
