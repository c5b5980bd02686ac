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
  let best = pageAround(Math.max(0, item), size);
  for (let limit = size - 1; limit > 0 && limit > size - tries; limit -= 1) {
    const place = pageAround(Math.max(0, item), limit);
    if (endOf(place) > endOf(best)) best = place;
  }
  return best;
}

function pageAround(item: number, limit: number): Place {
  const before = Math.floor(item / limit);
  return { page: before + 1, limit, start: before * limit };
}

function endOf({ start, limit }: Place): number {
  return start + limit;
}
