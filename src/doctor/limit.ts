import { limitWords } from '../messages/doctor-service.ts';
import { type Finding, ok, warn } from './check.ts';
import type { Refusals } from './patient.ts';

/** What amoCRM has refused for the number of calls within the last hour. */
export function checkLimit({ tooMany, blocks }: Refusals): Finding {
  if (blocks > 0) return warn(limitWords.blocked(blocks), limitWords.unblock);
  if (tooMany > 0) return warn(limitWords.tooMany(tooMany), limitWords.lower);
  return ok(limitWords.none);
}
