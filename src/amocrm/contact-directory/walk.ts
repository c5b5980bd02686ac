import type { IndexedContact } from './contact-index.ts';
import { type Place, placeOf } from './paging.ts';
import type { ListedPage } from './read-listed.ts';

export interface Walk {
  read(place: Place): Promise<ListedPage>;
  /** Takes a page in; returns how many contacts on it differ from what was known. */
  take(page: ListedPage): number;
  /** Whether the walk need not go further than this contact. */
  isEnd(contact: IndexedContact): boolean;
  /** Contacts on a page at most. */
  pageSize: number;
  /** Pages after which it is given up. */
  maxPages: number;
}

export interface Walked {
  /** The first page of the list. */
  top: ListedPage;
  pages: number;
  /** How many contacts differ from what was known. */
  news: number;
  /** Whether it has come to its end. */
  isWhole: boolean;
}

/**
 * Reads a list from its top as far as a contact that ends the walk. Between two pages contacts may leave the list, and the
 * rest moves up: so each page must show one that was seen already, unchanged. Where it does not, the walk goes a page back.
 */
export async function walkDown({ read, take, isEnd, pageSize, maxPages }: Walk): Promise<Walked> {
  const seen = new Set<string>();
  const first = placeOf(0, pageSize);
  const top = await read(first);
  let news = 0;
  let pages = 1;
  for (let place = first, page = top; ; pages += 1) {
    let next = place.start - pageSize;
    if (place.start === 0 || page.contacts.some((contact) => seen.has(versionOf(contact)))) {
      news += take(page);
      for (const contact of page.contacts) seen.add(versionOf(contact));
      if (!page.hasNext || page.contacts.some(isEnd)) return { top, pages, news, isWhole: true };
      if (pages >= maxPages) return { top, pages, news, isWhole: false };
      next = place.start + place.limit - 1;
    }
    place = placeOf(next, pageSize);
    page = await read(place);
  }
}

/** A contact that has been changed stands elsewhere, so it tells nothing of those after it. */
export function versionOf({ id, updatedAt }: IndexedContact): string {
  return `${id} ${updatedAt}`;
}
