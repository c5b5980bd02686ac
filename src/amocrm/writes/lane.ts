import type { Clock } from '../../clock.ts';
import { unknownBecause } from '../client/outcomes.ts';
import { type Operation, startOperation } from '../operation/operation.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import type { Collection } from '../shapes/collection.ts';
import type { Observer } from '../wire/observer.ts';
import type { Wire } from '../wire/wire.ts';
import type { Draft } from './draft.ts';
import type { LateWrites } from './late-writes.ts';
import type { OpenCreate } from './open-creates.ts';
import type { Reconciler } from './reconcile.ts';
import type { WriteKind } from './write-kinds.ts';

/**
 * Reads the entity of an update again and returns what is left to do; undefined for nothing. It runs in an operation of
 * its own: what became of the update is found out even if its caller no longer waits.
 */
export type Redraft = (operation: Operation) => Promise<Draft | undefined>;

/**
 * Finds out whether a link or a write at a path of its own has been done, and gives its answer then; undefined where it
 * has not, so that it may be sent again. It runs in an operation of its own, too.
 */
export type Proof = (operation: Operation) => Promise<WriteAnswer | undefined>;

/** A write in progress. Only the first answer counts; later ones are ignored. */
export interface PendingWrite extends OpenCreate {
  draft: Draft;
  redraft: Redraft;
  proof: Proof | undefined;
  operation: Operation;
  /** When its last call ended, monotonic milliseconds. */
  endedAt: number;
  /** Whether an earlier call may have carried it out. */
  isOpen: boolean;
  /** How many looks have not found it. */
  looks: number;
  /** How many times it was sent again after looks had not found it. */
  resent: number;
  /** Set when the entity of an update has been read once more after the answer. */
  isProven: boolean;
  /**
   * Puts a keyed write on disk before it goes out in a call that lasts for `timeoutMs` at most. False: it was refused,
   * or its caller left meanwhile, and it must not go out.
   */
  record(): Promise<boolean>;
  /** The last call certainly did not carry it out. */
  forget(): void;
  settle(answer: WriteAnswer): void;
  reject(reason: unknown): void;
}

/** What all writes of one kind to one list share. */
export interface Lane {
  kind: WriteKind;
  collection: Collection;
  /** The participant's name in the pacer's fair queue. */
  name: string;
  wire: Wire;
  clock: Clock;
  observer: Observer;
  reconciler: Reconciler;
  /** Entities in one call at most. */
  batchSize: number;
  timeoutMs: number;
  underWay: Set<PendingWrite>;
  /** Shared by all lanes: a link may come late after an unlink. */
  late: LateWrites;
  onEnd(): void;
}

/** Seconds for a read that comes after the deadline. */
const leastReadSeconds = 1;

/** Reads to find out about a write in doubt, in an operation of its own: its caller may have left. */
export async function readOnItsOwn<T>(
  { clock }: Pick<Lane, 'clock'>,
  { operation: { deadline } }: Pick<PendingWrite, 'operation'>,
  read: (operation: Operation) => Promise<T>,
): Promise<T> {
  const ms = Math.max(deadline - clock.now(), leastReadSeconds * clock.second);
  const operation = startOperation('reconciliation', ms, [], [], clock);
  try {
    return await read(operation);
  } finally {
    operation.end();
  }
}

/** Those of the writes that have no answer yet. */
export function unanswered({ underWay }: Lane, items: readonly PendingWrite[]): PendingWrite[] {
  return items.filter((item) => underWay.has(item));
}

/** Rejects all, when no further call can be made; those that may have been carried out become OUTCOME_UNKNOWN. */
export function failAll(items: readonly PendingWrite[], error: unknown): void {
  for (const { isOpen, reject } of items) reject(isOpen ? unknownBecause(error) : error);
}

/** Works on parts of so many writes at once. One may be in flight while another fails: it blocks none of the others. */
export async function inParts(
  items: readonly PendingWrite[],
  size: number,
  work: (part: PendingWrite[]) => Promise<void>,
): Promise<void> {
  const starts = Array.from({ length: Math.ceil(items.length / size) }, (_, part) => part * size);
  const parts = starts.map((start) => items.slice(start, start + size));
  await Promise.all(parts.map((part) => work(part).catch((error: unknown) => failAll(part, error))));
}
