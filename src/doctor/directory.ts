import { directoryWords } from '../messages/doctor-service.ts';
import { type Finding, ok, warn } from './check.ts';
import type { DirectoryFacts } from './patient.ts';

/** How far the contact directory is, and whether its weekly scan has found that catching up had missed something. */
export function checkDirectory({ isOn, isComplete, contacts, scanned, mended }: DirectoryFacts): Finding {
  if (!isOn) return ok(directoryWords.off);
  if (mended > 0) return warn(directoryWords.mended(mended), directoryWords.report);
  if (isComplete) return ok(directoryWords.complete(contacts));
  return ok(scanned > 0 ? directoryWords.filling(scanned) : directoryWords.notBegun);
}
