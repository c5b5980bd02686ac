import { createLookout } from '../lookout.ts';
import { createLane, type LaneOptions } from './lane.ts';

/** Seconds that deliveries in progress get when the service goes down. */
const drainSeconds = 5;
/** Seconds between looks for what is owed to any caller. */
const lookSeconds = 60;

export type Callbacks = ReturnType<typeof createCallbacks>;

/** Tells callers of the ends of their jobs, each in a lane of its own: a slow receiver holds nobody else up. */
export function createCallbacks(options: Omit<LaneOptions, 'cut'>) {
  const { store, clock, shutdown } = options;
  const lanes = new Map<string, () => void>();
  const cut = new AbortController();
  shutdown.addEventListener('abort', () => {
    clock.after(drainSeconds * clock.second, () => cut.abort('the service is going down'));
  });

  /** Looks whether the caller is owed anything. */
  function wake(caller: string): void {
    let lane = lanes.get(caller);
    if (lane === undefined) {
      lane = createLane(caller, { ...options, cut: cut.signal });
      lanes.set(caller, lane);
    }
    lane();
  }

  return {
    wake,
    /** Goes on with what earlier processes have left, and what replicas leave that end meanwhile. */
    start: createLookout(async () => {
      for (const caller of await store.owed()) wake(caller);
      return lookSeconds * clock.second;
    }, options),
  };
}
