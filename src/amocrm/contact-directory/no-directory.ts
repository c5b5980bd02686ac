import type { ContactDirectory } from './contact-directory.ts';
import { silentDirectoryObserver } from './observer.ts';

/** A directory that says nothing, so that every find is a search of its own. */
export const noDirectory: ContactDirectory = {
  observer: silentDirectoryObserver,
  visit: (work) => work({ arrivedAt: 0, isCrowded: async () => false }),
  freshSince: () => 0,
  catchUp: async () => false,
  lookUp: async () => undefined,
  correct: async () => {},
  note: async () => {},
  status: () => ({ contacts: 0, bytes: 0, isComplete: false, caughtUpAt: 0, scanned: 0 }),
  stop: async () => {},
};
