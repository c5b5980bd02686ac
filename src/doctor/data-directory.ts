import { dataWords } from '../messages/doctor-service.ts';
import { type Finding, fail, ok, warn } from './check.ts';

/** What is to be known of the data directory. */
export interface DirectoryFacts {
  path: string;
  /** Why it cannot be written to, e.g. `EROFS`; undefined where it can. */
  fault: string | undefined;
  /** Files and directories that others than their owner may read or write. */
  open: readonly string[];
  /** The free share of the disk, 0 to 1. */
  freeShare: number;
  /** Bytes of the disk that are free. */
  freeBytes: number;
  /** Bytes of the journal. */
  bytes: number;
}

const leastFreeShare = 0.1;
const mebibyte = 1024 * 1024;
/** As much free is enough, however large the disk. */
const enoughFreeBytes = 1024 * mebibyte;

/** Whether what must outlive a restart can be written, and nobody else can read it. */
export function checkDataDirectory({ path, fault, open, freeShare, freeBytes, bytes }: DirectoryFacts): Finding {
  if (fault !== undefined) return fail(dataWords.unwritable(path, fault), dataWords.makeWritable);
  if (open.length > 0) return warn(dataWords.open(open.join(', ')), dataWords.restrict(path));
  const free = Math.round(freeShare * 100);
  const size = Math.ceil(bytes / mebibyte);
  return freeShare < leastFreeShare && freeBytes < enoughFreeBytes
    ? warn(dataWords.full(path, free, size), dataWords.makeRoom)
    : ok(dataWords.right(path, free, size));
}
