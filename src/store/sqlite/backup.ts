import { join } from 'node:path';
import { backup, DatabaseSync } from 'node:sqlite';
import { makeOwn } from './data-directory.ts';

/**
 * Copies the journal of a data directory into one file while the service runs; what is committed meanwhile is in the
 * copy or not, never in part. The file is its owner's alone. Resolves to the number of pages copied.
 */
export async function backUpJournal(directory: string, target: string): Promise<number> {
  const journal = new DatabaseSync(join(directory, 'journal.db'), { readOnly: true });
  try {
    // It holds tokens, where the service has OAuth.
    makeOwn(target);
    return await backup(journal, target);
  } finally {
    journal.close();
  }
}
