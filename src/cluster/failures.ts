import { ownershipMessages } from '../messages/ownership.ts';
import { Elsewhere } from './elsewhere.ts';

/** What goes wrong with signs of life: told once in a row, and again when another fault of the database follows. */
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

/** What the database was found to be; undefined of what fails otherwise. */
function faultOf(error: unknown): string | undefined {
  return error instanceof Elsewhere && error.cause !== undefined ? error.message : undefined;
}

/** Whatever keeps the database from being asked is told as a reason to ask another replica. */
export function asElsewhere(cause: unknown): Elsewhere {
  return cause instanceof Elsewhere ? cause : new Elsewhere(ownershipMessages.noLease, cause);
}
