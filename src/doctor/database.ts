import { type DatabaseFaultKind, databaseFaults, databaseRemedies, databaseWords } from '../messages/database.ts';
import { type Finding, fail, ok } from './check.ts';

/** What is to be known of the database. */
export interface DatabaseFacts {
  /** Its host and port. */
  place: string;
  /** Why it cannot be used; undefined where it can. */
  fault: DatabaseFaultKind | undefined;
}

/** Whether the database answers, and is that of the service. */
export function checkDatabase({ place, fault }: DatabaseFacts): Finding {
  if (fault === undefined) return ok(databaseWords.answers(place));
  return fail(databaseFaults[fault](place), databaseRemedies[fault]);
}
