import { largestPage } from '../../schemas/largest-page.ts';
import { showLagSeconds } from './catch-up.ts';
import type { ContactIndex, IndexedContact } from './contact-index.ts';
import type { Scan } from './directory-state.ts';
import type { DirectoryObserver } from './observer.ts';
import type { ScanCalls } from './pace.ts';
import { placeOf } from './paging.ts';
import type { ListedPage, ReadListed } from './read-listed.ts';

/** Contacts between two lines of the log. */
const reportEvery = 10_000;

export interface ScanOptions {
  index: ContactIndex;
  read: ReadListed;
  /** Those of the ids of which there is a contact, as it is now; keeps to the pace by itself. */
  readByIds(ids: readonly number[]): Promise<ListedPage>;
  /** Called before each page and each catch-up. */
  pace(calls: ScanCalls): Promise<void>;
  /** Resolves when a catch-up that begins now has finished. */
  catchUp(): Promise<void>;
  pageSize: number;
  observer: DirectoryObserver;
}

/**
 * Walks over all contacts in the order of their ids and takes them in; keeps its progress, so that it goes on after a
 * restart. In this order nothing moves but by what leaves the list: each page must begin at or before the last contact that
 * was read, or the walk goes a page back. Resolves when it has come to the end.
 */
export async function scanAll(options: ScanOptions, begun: Scan): Promise<Scan> {
  const { index, read, pace, pageSize, observer } = options;
  let scan = begun;
  for (let place = placeOf(scan.place, pageSize); ; ) {
    await pace('page');
    const page = await read('id asc', place);
    if (place.start > 0 && !page.contacts.some(({ id }) => id <= scan.lastId)) {
      place = placeOf(place.start - pageSize, pageSize);
      continue;
    }
    takeIn(options, scan, page);
    const lastId = Math.max(scan.lastId, ...page.contacts.map(({ id }) => id));
    const next = { ...scan, lastId, place: place.start + place.limit - 1 };
    const tenThousands = (at: number) => Math.floor(at / reportEvery);
    if (tenThousands(next.place) > tenThousands(scan.place)) {
      observer.onScan({ kind: scan.kind, event: 'progress', contacts: next.place + 1 });
    }
    scan = next;
    if (!page.hasNext) {
      if (scan.kind === 'mend') await dropGone(options, scan);
      return { ...scan, place: place.start + page.contacts.length };
    }
    index.save({ ...index.state(), scan });
    place = placeOf(scan.place, pageSize);
  }
}

/**
 * Takes a page in, and counts what catching up should have seen. What has changed since is left to the next catch-up: it is
 * not known yet who holds now what these contacts have lost.
 */
function takeIn({ index, observer }: ScanOptions, { kind }: Scan, { contacts, stamp }: ListedPage): void {
  const { caughtUpAt, topId } = index.state();
  const isCaughtUp = ({ id, updatedAt }: IndexedContact) =>
    id <= topId && updatedAt > 0 && updatedAt < caughtUpAt - showLagSeconds;
  const overlooked = index
    .put(contacts, { stamp, addsOnly: true })
    .filter(({ contact }) => kind === 'mend' && isCaughtUp(contact));
  if (overlooked.length === 0) return;
  index.put(
    overlooked.map(({ contact }) => contact),
    { stamp },
  );
  const { missing = [], changed = [] } = Object.groupBy(overlooked, ({ what }) => what);
  if (missing.length > 0) observer.onMended('missing', missing.length);
  if (changed.length > 0) observer.onMended('changed', changed.length);
}

/** A contact that the walk has not met may have moved meanwhile, so it is dropped only where amoCRM has none of its id. */
async function dropGone({ index, readByIds, pace, catchUp, observer }: ScanOptions, { stamp }: Scan): Promise<void> {
  for (let after = 0; ; ) {
    const ids = index.unseen(stamp, after, largestPage);
    const last = ids.at(-1);
    if (last === undefined) return;
    after = last;
    const page = await readByIds(ids);
    index.put(page.contacts, { stamp: page.stamp });
    const there = new Set(page.contacts.map(({ id }) => id));
    const gone = ids.filter((id) => !there.has(id));
    if (gone.length === 0) continue;
    // Whoever they were merged into must be known first.
    await pace('catch-up');
    await catchUp();
    for (const id of gone) index.drop(id, page.stamp);
    observer.onMended('gone', gone.length);
  }
}
