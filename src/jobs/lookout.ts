import type { Clock } from '../clock.ts';

export interface LookoutOptions {
  clock: Clock;
  /** Ends all looks. */
  shutdown: AbortSignal;
  /** Called when a look fails; another follows. */
  onError(error: unknown): void;
}

/** Seconds after which a store that has failed is asked again. */
export const failedSeconds = 1;

/**
 * Runs a look whenever it is woken, one at a time, and again after the milliseconds that the last one gave; Infinity: only
 * when it is woken. Returns what wakes it.
 */
export function createLookout(look: () => Promise<number>, { clock, shutdown, onError }: LookoutOptions): () => void {
  let isLooking = false;
  let isAsked = false;
  let cancelTimer = () => {};

  function wake(): void {
    isAsked = true;
    if (!isLooking) void run();
  }

  async function run(): Promise<void> {
    isLooking = true;
    cancelTimer();
    let waitMs = Number.POSITIVE_INFINITY;
    while (isAsked && !shutdown.aborted) {
      isAsked = false;
      waitMs = await look().catch((error: unknown) => {
        onError(error);
        return failedSeconds * clock.second;
      });
    }
    isLooking = false;
    if (!shutdown.aborted && waitMs !== Number.POSITIVE_INFINITY) cancelTimer = clock.after(waitMs, wake);
  }

  return wake;
}
