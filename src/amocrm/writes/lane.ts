import type { Clock } from '../../clock.ts';
import { unknownBecause } from '../client/outcomes.ts';
import type { Operation } from '../operation/operation.ts';
import type { WriteAnswer } from '../operation/write-log.ts';
import type { Collection } from '../shapes/collection.ts';
import type { Observer } from '../wire/observer.ts';
import type { Wire } from '../wire/wire.ts';
import type { Draft } from './draft.ts';
import type { OpenCreate } from './open-creates.ts';
import type { Reconciler } from './reconcile.ts';

/**
 * Reads the entity of an update again, and gives what is left to do; undefined for nothing. It has an operation of its own:
 * what became of the update is found out whether or not its caller still waits.
 */
export type Redraft = (operation: Operation) => Promise<Draft | undefined>;

/** A write under way. It is answered once; what comes later is passed over. */
export interface PendingWrite extends OpenCreate {
  draft: Draft;
  redraft: Redraft;
  operation: Operation;
  /** When its last call ended, monotonic milliseconds. */
  endedAt: number;
  /** Whether an earlier sending may have done it. */
  isOpen: boolean;
  /** Looks that did not find it. */
  looks: number;
  /** Times that it was sent again after it had been looked for in vain. */
  resent: number;
  /** An update whose entity has been read once more after an answer. */
  isProven: boolean;
  /**
   * Puts it on disk, where it has a key, before it goes out in a call that lasts for `timeoutMs` at most. False: it was
   * refused, or its caller left meanwhile, and it must not go out.
   */
  record(): Promise<boolean>;
  /** The last sending certainly did nothing. */
  forget(): void;
  settle(answer: WriteAnswer): void;
  reject(reason: unknown): void;
}

/** All that writes of one method to one list share. */
export interface Lane {
  method: 'POST' | 'PATCH';
  collection: Collection;
  /** Takes turns at the pacer under this name. */
  name: string;
  wire: Wire;
  clock: Clock;
  observer: Observer;
  reconciler: Reconciler;
  /** Entities in one call at most. */
  batchSize: number;
  /** Milliseconds that one call may take. */
  timeoutMs: number;
  /** Writes that are not answered yet. */
  underWay: Set<PendingWrite>;
  /** Told of each call that has ended. */
  onEnd(): void;
}

/** Those that have not been answered meanwhile. */
export function unanswered({ underWay }: Lane, items: readonly PendingWrite[]): PendingWrite[] {
  return items.filter((item) => underWay.has(item));
}

/** No further call could be made. */
export function failAll(items: readonly PendingWrite[], error: unknown): void {
  for (const { isOpen, reject } of items) reject(isOpen ? unknownBecause(error) : error);
}
