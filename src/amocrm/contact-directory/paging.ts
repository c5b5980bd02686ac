/** A page of a list as amoCRM counts them: the first has the number 1. */
export interface Place {
  page: number;
  limit: number;
  /** The place in the list of its first item, counted from 0. */
  start: number;
}

/** Smaller sizes that are tried; more of them hardly gain anything. */
const tries = 60;

/**
 * The page, of those that show an item, that reaches furthest behind it. amoCRM's pages begin at multiples of their size
 * alone, so a page that overlaps the one before it mostly has a smaller size. Where the item ends pages of every size that is
 * tried, nothing follows it; with 5 to a page that is so for the 60th, with 250 for none that an account could have.
 */
export function placeOf(item: number, size: number): Place {
  return best(item, size, endOf);
}

/** The page, of those that show an item, that reaches furthest before it; the same holds of an item that begins pages. */
export function placeUpTo(item: number, size: number): Place {
  return best(item, size, ({ start }) => -start);
}

function best(item: number, size: number, worth: (place: Place) => number): Place {
  const sizes = Array.from({ length: Math.min(size, tries) }, (_, less) => size - less);
  const places = sizes.map((limit) => pageAround(Math.max(0, item), limit));
  return places.reduce((one, other) => (worth(other) > worth(one) ? other : one));
}

function pageAround(item: number, limit: number): Place {
  const before = Math.floor(item / limit);
  return { page: before + 1, limit, start: before * limit };
}

function endOf({ start, limit }: Place): number {
  return start + limit;
}
