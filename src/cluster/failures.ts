import { ownershipMessages } from '../messages/ownership.ts';
import { Elsewhere } from './elsewhere.ts';

/** Failures of heartbeats. Of several in a row the first is reported, and each with which the database has another fault. */
export function createFailures(onError: (error: unknown) => void) {
  let last: unknown;
  return {
    note(error: unknown): void {
      if (last === undefined || faultOf(error) !== faultOf(last)) onError(error);
      last = error;
    },
    clear(): void {
      last = undefined;
    },
    /** Why there is no lease. */
    reason: (): Elsewhere => asElsewhere(last),
  };
}

/** The fault of the database, in words; undefined for other failures. */
function faultOf(error: unknown): string | undefined {
  return error instanceof Elsewhere && error.cause !== undefined ? error.message : undefined;
}

/** Every failure of a query becomes Elsewhere: another replica may have an answer. */
export function asElsewhere(cause: unknown): Elsewhere {
  return cause instanceof Elsewhere ? cause : new Elsewhere(ownershipMessages.noLease, cause);
}
