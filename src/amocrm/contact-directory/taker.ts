import { showLagSeconds } from './catch-up.ts';
import type { ContactIndex } from './contact-index.ts';
import type { ListedPage } from './read-listed.ts';

/**
 * Takes in the pages of a catch-up. Values that a contact has lost are removed at its end: before that it is not known who
 * holds them now, and they would seem to be nobody's.
 */
export function createTaker(index: Pick<ContactIndex, 'put'>) {
  const outdated: (() => void)[] = [];

  return {
    /** Returns how many contacts differ from what was known. */
    take({ contacts, stamp, at }: ListedPage): number {
      const how = { stamp, settledBefore: at - showLagSeconds };
      const found = index.put(contacts, { ...how, addsOnly: true });
      const rest = found.filter(({ isOutdated }) => isOutdated).map(({ contact }) => contact);
      if (rest.length > 0) outdated.push(() => void index.put(rest, how));
      return found.length;
    },
    end(): void {
      for (const put of outdated) put();
    },
  };
}
