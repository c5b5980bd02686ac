import { type DatabaseFaultKind, databaseFaults } from '../messages/database.ts';
import type { Message } from '../messages/message.ts';
import { StoreError } from './store-error.ts';

/** A database that cannot be used. */
export class DatabaseFault extends StoreError {
  readonly kind: DatabaseFaultKind;
  /** Its host and port. */
  readonly place: string;
  /** Whether it was sent what to do, so that nobody knows whether that was done. */
  readonly mayBeDone: boolean;

  constructor(kind: DatabaseFaultKind, place: string, { text, cause }: { text?: Message; cause?: unknown } = {}) {
    super(text ?? databaseFaults[kind](place), cause === undefined ? {} : { cause });
    this.kind = kind;
    this.place = place;
    this.mayBeDone = kind === 'away' && cause !== undefined;
  }
}

/** What an answer says of a store that failed: of a database what is wrong with it, without user and password. */
export function wordsOfFailure(cause: unknown, otherwise: Message): Message {
  return cause instanceof DatabaseFault ? databaseFaults[cause.kind](cause.place) : otherwise;
}
