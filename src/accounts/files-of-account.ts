import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { breakerFile } from '../store/sqlite/breaker.ts';
import { contactIndexFile } from '../store/sqlite/contact-index-file.ts';

/** What the data directory may hold of an account of the table, beside the journal. */
function filesOf(directory: string, id: string): string[] {
  const index = contactIndexFile(directory, id);
  return [breakerFile(directory, id), index, `${index}-wal`, `${index}-shm`];
}

export function removeFilesOf(directory: string, id: string): void {
  for (const file of filesOf(directory, id)) rmSync(file, { force: true });
}

const ofSome = /^(?:breaker|directory)-.+\.(?:json|db)(?:-wal|-shm)?$/;

/** Removes what is left of accounts that are not there any more: another replica may have deleted them. */
export function removeStrayFiles(directory: string, ids: readonly string[]): void {
  const there = new Set(ids.flatMap((id) => filesOf(directory, id)));
  for (const name of readdirSync(directory)) {
    const file = join(directory, name);
    if (ofSome.test(name) && !there.has(file)) rmSync(file, { force: true });
  }
}
