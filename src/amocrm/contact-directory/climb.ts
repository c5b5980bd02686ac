import type { IndexedContact } from './contact-index.ts';
import { type Place, placeUpTo } from './paging.ts';
import type { ListedPage } from './read-listed.ts';
import { versionOf } from './walk.ts';

export interface Climb {
  read(place: Place): Promise<ListedPage>;
  take(page: ListedPage): void;
  /** Whether this contact and all below it are known as they are. */
  isKnown(contact: IndexedContact): boolean;
  /** Called with each page, once all below it is known, and whether it is the top; false ends the climb. */
  reach(page: ListedPage, isTop: boolean): boolean;
  /** Contacts on a page at most. */
  pageSize: number;
}

/**
 * Finds, with a few reads (pages twice as far each time, then bisection), the page of a list on which what is known begins
 * or the list ends. It comes after page `from`.
 */
export async function depthOf({ read, isKnown, pageSize: limit }: Climb, from: number): Promise<number> {
  const isBeyond = async (page: number) => {
    const { contacts, hasNext } = await read({ page, limit, start: (page - 1) * limit });
    return !hasNext || contacts.some(isKnown);
  };
  let short = from;
  let far = from * 2;
  for (; !(await isBeyond(far)); far *= 2) short = far;
  while (far - short > 1) {
    const middle = Math.floor((short + far) / 2);
    if (await isBeyond(middle)) far = middle;
    else short = middle;
  }
  return far;
}

/**
 * Reads a list upwards, from a page on which what is known begins to its top. What is changed meanwhile moves to the top,
 * so it is not missed, and what has been read stays known even if a later page cannot be read. But each such change moves
 * the others down: each page must show a contact that is known, or was on the page before; where it does not, a lower page
 * is read.
 */
export async function climb({ read, take, isKnown, reach, pageSize }: Climb, from: number): Promise<void> {
  /** Places in the list of the contacts of the last page. */
  let below = new Map<string, number>();
  /** By how many places contacts move down between two pages. */
  let drift = 0;
  for (let place: Place = { page: from, limit: pageSize, start: (from - 1) * pageSize }; ; ) {
    const page = await read(place);
    if (page.hasNext && !page.contacts.some((contact) => isKnown(contact) || below.has(versionOf(contact)))) {
      place = placeUpTo(place.start + place.limit + pageSize - 2, pageSize);
      continue;
    }
    take(page);
    const { start } = place;
    if (!reach(page, start === 0) || start === 0) return;
    const here = new Map(page.contacts.map((contact, index) => [versionOf(contact), start + index]));
    const [again] = [...here].filter(([version]) => below.has(version));
    if (again !== undefined) drift = Math.max(0, again[1] - (below.get(again[0]) ?? again[1]));
    below = here;
    place = placeUpTo(start + drift, pageSize);
  }
}
