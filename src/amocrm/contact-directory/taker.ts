import { showLagSeconds } from './catch-up.ts';
import type { ContactIndex } from './contact-index.ts';
import type { ListedPage } from './read-listed.ts';

/**
 * Takes in the pages of a catch-up. Who has lost a value is put when it ends: until then it is not known who has it now, and
 * nobody may seem to.
 */
export function createTaker(index: Pick<ContactIndex, 'put'>) {
  const outdated: (() => void)[] = [];

  return {
    /** Gives how many contacts were not known as they are. */
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
