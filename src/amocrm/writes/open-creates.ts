import type { LoggedWrite, WriteBody } from '../operation/write-log.ts';
import { type Collection, homeOf } from '../shapes/collection.ts';

/** A create that is in flight or in doubt. */
export interface OpenCreate {
  readonly body: WriteBody;
  /** When it was first sent, at the earliest: unix seconds by amoCRM's clock. */
  readonly from: number;
  /** The ids that its list had before, where it is a dictionary; else none. */
  readonly before: readonly number[];
  /** Whether it is in flight now. */
  isOnWire: boolean;
  /** Where its answer is kept, and the ids that it names. */
  readonly logged?: Pick<LoggedWrite, 'claim'> | undefined;
}

/** Seconds after its sending for which a create that nobody waits for can still be the owner of an equal entity. */
export const openSeconds = 600;
const maxTracked = 5_000;
/** Characters of the bodies of creates that nobody waits for; beyond that the oldest are forgotten. */
const maxCharacters = 16 * 2 ** 20;

export type OpenCreates = ReturnType<typeof createOpenCreates>;

/** The creates of each list that are in flight or in doubt. `now` returns unix seconds by amoCRM's clock. */
export function createOpenCreates(now: () => number) {
  const open = new Map<string, Map<unknown, OpenCreate>>();
  /** Creates that nobody waits for, oldest first, with the characters of their bodies. */
  const left = new Map<() => void, number>();
  let characters = 0;

  return {
    /**
     * Adds a create when it is sent; it stays until it is answered. A second one with the same `id` replaces the first.
     * One that is left in doubt under its Idempotency-Key stays for a while.
     */
    track(path: string, create: OpenCreate, id: unknown = create): () => void {
      const tracked = open.get(path) ?? new Map<unknown, OpenCreate>();
      open.set(path, tracked);
      for (const [oldest, { isOnWire, from }] of tracked) {
        if (isOnWire || (tracked.size < maxTracked && from > now() - openSeconds)) break;
        tracked.delete(oldest);
      }
      tracked.delete(id);
      tracked.set(id, create);
      return () => {
        if (tracked.get(id) === create) tracked.delete(id);
      };
    },
    /** Says of a tracked create that nobody waits for it any more, though it may still be carried out. */
    leave({ body }: OpenCreate, untrack: () => void): void {
      const own = JSON.stringify(body).length;
      left.set(untrack, own);
      characters += own;
      for (const [forget, taken] of left) {
        if (characters <= maxCharacters && left.size <= maxTracked) break;
        forget();
        left.delete(forget);
        characters -= taken;
      }
    },
    /** The creates of what is seen in the same list. */
    of: (collection: Collection): OpenCreate[] => [...(open.get(homeOf(collection))?.values() ?? [])],
  };
}
