import { type DatabaseFaultKind, databaseFaults } from '../messages/database.ts';
import type { Message } from '../messages/message.ts';
import { StoreError } from './store-error.ts';

/** A database that cannot be used. */
export class DatabaseFault extends StoreError {
  readonly kind: DatabaseFaultKind;
  /** Its host and port. */
  readonly place: string;
  /** Whether the statement was sent, so that it may have been carried out. */
  readonly mayBeDone: boolean;

  constructor(kind: DatabaseFaultKind, place: string, { text, cause }: { text?: Message; cause?: unknown } = {}) {
    super(text ?? databaseFaults[kind](place), cause === undefined ? {} : { cause });
    this.kind = kind;
    this.place = place;
    this.mayBeDone = kind === 'away' && cause !== undefined;
  }
}

/** The words in an answer for a store that failed; for a database they tell its fault, without user and password. */
export function wordsOfFailure(cause: unknown, otherwise: Message): Message {
  return cause instanceof DatabaseFault ? databaseFaults[cause.kind](cause.place) : otherwise;
}
