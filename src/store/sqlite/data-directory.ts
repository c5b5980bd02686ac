import { chmodSync, closeSync, existsSync, mkdirSync, openSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { storeMessages } from '../../messages/store.ts';
import { unusable } from './unusable.ts';

/** Creates the data directory with mode 0700. An existing one may be shared on purpose: it keeps its mode. */
export function makeDirectory(directory: string): void {
  try {
    makeWithParents(resolve(directory));
  } catch (error) {
    throw unusable(directory, storeMessages.notMade, error);
  }
}

/**
 * The same as `mkdir -p`. Node's own `recursive: true` never ends below /proc, where a parent is there and what is made in
 * it is not.
 */
function makeWithParents(directory: string): void {
  if (isDirectory(directory)) return;
  if (dirname(directory) !== directory) makeWithParents(dirname(directory));
  try {
    mkdirSync(directory, { mode: 0o700 });
  } catch (error) {
    // Another process may have made it meanwhile.
    if (!isDirectory(directory)) throw error;
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** Creates a file for its owner only (0600), or restricts an existing one. */
export function makeOwn(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}

/** The files of a data directory and of its accounts, and what SQLite has beside them. */
const ownNames = /^(?:journal|lock|directory(?:-[^/]*)?)\.db(?:-wal|-shm|-journal)?$/;

/** Whether a path is a file of a data directory that a service uses or has used. A copy may be named as it is, elsewhere. */
export function isOwnFile(file: string): boolean {
  return ownNames.test(basename(file)) && existsSync(join(dirname(file), 'lock.db'));
}
