import { readAccount } from '../amocrm/entities/account/account.ts';
import type { Gate } from '../amocrm/gate.ts';
import { startOperation } from '../amocrm/operation/operation.ts';
import type { Clock } from '../clock.ts';
import type { AddressBook } from '../jobs/address-book.ts';
import { jobMessages } from '../messages/jobs.ts';
import { Problem } from '../problems/problem.ts';

export interface AddressCheckOptions {
  /** The address of the account now. */
  address: string;
  book: AddressBook;
  gate: Pick<Gate, 'read'>;
  clock: Pick<Clock, 'now' | 'after'>;
  /** Milliseconds for asking amoCRM whose address it is. */
  deadlineMs: number;
  shutdown: AbortSignal;
  /** Makes the closing of the account wait for it. */
  waitFor(work: Promise<void>): void;
  onError(error: unknown): void;
}

/** Keeps what was begun in one account of amoCRM from going on in another, whose address came in its place. */
export function createAddressCheck(options: AddressCheckOptions) {
  const { address, book, gate, clock, deadlineMs, shutdown, waitFor, onError } = options;
  let known: number | undefined;
  let isLearning = false;

  async function learn(): Promise<number> {
    known ??= await book.find(address);
    if (known !== undefined) return known;
    const operation = startOperation('addresses', deadlineMs, [shutdown], [], clock);
    try {
      const { id } = await readAccount(gate, operation);
      await book.put(address, id);
      known = id;
      return id;
    } finally {
      operation.end();
    }
  }

  async function learnLater(): Promise<void> {
    try {
      await learn();
    } catch (error) {
      // It is tried again after the next answer.
      if (!shutdown.aborted) onError(error);
    } finally {
      isLearning = false;
    }
  }

  return {
    /** The id of the account of amoCRM at the address. */
    amocrmId: learn,
    /** Throws ACCOUNT_CHANGED where what was begun at that address may belong to another account of amoCRM. */
    async refuseOther(accepted: string | null): Promise<void> {
      // What an earlier release has begun has no address.
      if (accepted === null || accepted === address) return;
      const before = await book.find(accepted);
      if (before === undefined || before !== (await learn())) {
        throw new Problem('ACCOUNT_CHANGED', jobMessages.acceptedFor(accepted, address));
      }
    },
    /** Learns whose address it is, for the time when it changes. To be called when amoCRM has answered. */
    noteAnswer(): void {
      if (known !== undefined || isLearning) return;
      isLearning = true;
      waitFor(learnLater());
    },
  };
}
