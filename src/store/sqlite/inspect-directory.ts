import { accessSync, constants, readdirSync, statfsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { DirectoryFacts } from '../../doctor/data-directory.ts';

/** What others than the owner may do. */
const othersMask = 0o077;

/** Looks at the data directory as the doctor needs it. `bytes`: the size of the journal. Throws where it is gone. */
export function inspectDirectory(path: string, bytes: number): DirectoryFacts {
  const { blocks, bavail, bsize } = statfsSync(path);
  const files = readdirSync(path)
    .filter((file) => file.endsWith('.db') || file.endsWith('.db-wal'))
    .map((file) => join(path, file));
  return {
    path,
    fault: faultOf(path),
    open: files.filter((file) => ((statSync(file, { throwIfNoEntry: false })?.mode ?? 0) & othersMask) !== 0),
    freeShare: blocks === 0 ? 0 : bavail / blocks,
    freeBytes: bavail * bsize,
    bytes,
  };
}

function faultOf(path: string): string | undefined {
  try {
    accessSync(path, constants.W_OK);
    return undefined;
  } catch (error) {
    return error instanceof Error && 'code' in error ? String(error.code) : 'unknown';
  }
}
