import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { makeOwn } from './data-directory.ts';

/**
 * Copies the journal of a data directory into one file while the service runs. A commit made meanwhile is in the copy
 * completely or not at all. Only the owner may read the file. Resolves to the number of pages copied.
 */
export async function backUpJournal(directory: string, target: string): Promise<number> {
  const journal = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  try {
    // With OAuth it holds tokens.
    makeOwn(target);
    return await backup(journal, target);
  } finally {
    journal.close();
  }
}
