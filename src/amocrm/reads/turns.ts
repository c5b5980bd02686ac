import type { Slot, SlotRequest } from '../pace/pacer.ts';
import type { Wire } from '../wire/wire.ts';

/** One slot for which several participants wait, each in its own turn: the first that comes is taken. */
export function takeTurns({ acquire }: Pick<Wire, 'acquire'>) {
  const { promise: slot, resolve, reject } = Promise.withResolvers<Slot>();
  const asked = new Map<string, Promise<never>>();
  const others = new AbortController();
  let isTaken = false;

  function take(granted: Slot): Promise<never> {
    if (isTaken) granted.release();
    isTaken = true;
    resolve(granted);
    others.abort();
    return never();
  }

  return {
    slot,
    /** Waits in that participant's turn too. Rejects when it is refused before a slot has come; else it never settles. */
    ask(request: SlotRequest): Promise<never> {
      if (isTaken) return never();
      const { participant } = request;
      const before = asked.get(participant);
      if (before !== undefined) return before;
      const turn = acquire({ ...request, signal: others.signal }).then(take, (reason: unknown) => {
        if (isTaken) return never();
        throw reason;
      });
      asked.set(participant, turn);
      return turn;
    },
    /** Waits no more: the slot is refused for this reason, unless it has come. */
    stop(reason: unknown): void {
      reject(reason);
      others.abort(reason);
    },
  };
}

/** One of its own each time: what waits for a promise that never settles is kept as long as that is. */
function never(): Promise<never> {
  return new Promise(() => {});
}
