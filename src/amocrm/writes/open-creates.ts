import type { WriteBody } from '../operation/write-log.ts';
import type { Collection } from '../shapes/collection.ts';

/** A create whose fate is open. */
export interface OpenCreate {
  readonly body: WriteBody;
  /** When it was first sent, at the earliest: unix seconds by amoCRM's clock. */
  readonly from: number;
  /** Whether a call that carries it is under way now. */
  isOnWire: boolean;
}

/** Seconds after its sending for which one that nobody waits for can still matter to its like. */
const keptSeconds = 600;
const maxTracked = 5_000;

export type OpenCreates = ReturnType<typeof createOpenCreates>;

/** The creates of each list whose fate is open. `now` gives unix seconds by amoCRM's clock. */
export function createOpenCreates(now: () => number) {
  const open = new Map<string, Map<unknown, OpenCreate>>();

  return {
    /**
     * Takes note of a create from its sending until it is answered; of those with one `id` the latest counts. One that goes
     * on under its key stays, for a while.
     */
    track(path: string, create: OpenCreate, id: unknown = create): () => void {
      const tracked = open.get(path) ?? new Map<unknown, OpenCreate>();
      open.set(path, tracked);
      for (const [oldest, { isOnWire, from }] of tracked) {
        if (isOnWire || (tracked.size < maxTracked && from > now() - keptSeconds)) break;
        tracked.delete(oldest);
      }
      tracked.delete(id);
      tracked.set(id, create);
      return () => {
        if (tracked.get(id) === create) tracked.delete(id);
      };
    },
    of: ({ path }: Collection): OpenCreate[] => [...(open.get(path)?.values() ?? [])],
  };
}
