import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { unusable } from './store-error.ts';

/** Makes the data directory for its owner alone. One that is there stays as it is: others may share it on purpose. */
export function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw unusable(directory, 'a directory that can be made and written to', error);
  }
}

/** Makes a file for its owner alone, also where it has been there for others. */
export function makeOwn(file: string): void {
  closeSync(openSync(file, 'a', 0o600));
  chmodSync(file, 0o600);
}
