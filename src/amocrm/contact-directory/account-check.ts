import type { ContactIndex } from './contact-index.ts';
import { IndexLost } from './guarded-index.ts';
import type { Place } from './paging.ts';
import type { ListedPage } from './read-listed.ts';

/** Keeps the index from taking in what another account shows; `lose` makes it anew. */
export function createAccountCheck(
  index: Pick<ContactIndex, 'state' | 'save' | 'size'>,
  lose: (cause: unknown) => void,
) {
  function lost(reason: string): IndexLost {
    const cause = new Error(reason);
    lose(cause);
    return new IndexLost('The contact index was lost', { cause });
  }

  /** Whether a list shows nothing at all, though there were contacts: an answer of one moment, or another account. */
  function isAllGone({ contacts, hasNext }: ListedPage, { start }: Place): boolean {
    return start === 0 && contacts.length === 0 && !hasNext && index.size().contacts > 0;
  }

  return {
    isAllGone,
    /** Throws IndexLost where all is gone. */
    unlessAllGone(page: ListedPage, place: Place): ListedPage {
      if (isAllGone(page, place)) throw lost('amoCRM shows no contact any more');
      return page;
    },
    /** The page, once it is known to be of the same account as the rest. Throws IndexLost. */
    ofSameAccount(page: ListedPage): ListedPage {
      const { accountId } = page;
      const state = index.state();
      if (accountId === undefined || accountId === state.accountId) return page;
      if (state.accountId !== undefined) throw lost('the contacts are of another account');
      index.save({ ...state, accountId });
      return page;
    },
  };
}
