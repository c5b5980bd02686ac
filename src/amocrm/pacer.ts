export interface PacerOptions {
  /** Requests in any second. */
  limit: number;
  /** The window in milliseconds, a little guard included; tests pass a short one. */
  windowMs?: number;
  now?: () => number;
  setTimer?: (run: () => void, ms: number) => unknown;
}

export type Pacer = ReturnType<typeof createPacer>;

/** Gives the place back; to be called when the answer (or the end) of the call is there. */
export type Release = () => void;

/**
 * Keeps the limit in any second as amoCRM counts it, which is by arrival. When a request arrives is not known here, but
 * it is before its answer: so each call holds one of `limit` places from its sending until one window after its answer,
 * and no window can see more than `limit` arrivals. First come, first served; waiting can be aborted.
 */
export function createPacer(options: PacerOptions) {
  // 5 ms beyond the second: the two clocks tick differently and some servers round to milliseconds.
  const { limit, windowMs = 1005, now = () => performance.now(), setTimer = setTimeout } = options;
  const waiting = new Set<(release: Release) => void>();
  let free = limit;

  function take(): Release {
    free -= 1;
    let held = true;
    return () => {
      if (!held) return;
      held = false;
      comeBackAt(now() + windowMs);
    };
  }

  /** Timers may fire early; a place that came back too soon would break the promise. */
  function comeBackAt(due: number): void {
    const left = due - now();
    if (left > 0) {
      setTimer(() => comeBackAt(due), Math.ceil(left));
      return;
    }
    free += 1;
    const next = waiting.values().next();
    if (next.done === true) return;
    waiting.delete(next.value);
    next.value(take());
  }

  return {
    /** Resolves when a call may go out, at once where a place is free; rejects with the signal's reason. */
    acquire(signal: AbortSignal): Promise<Release> {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (free > 0) return Promise.resolve(take());
      return new Promise((resolve, reject) => {
        const grant = (release: Release) => {
          signal.removeEventListener('abort', abort);
          resolve(release);
        };
        const abort = () => {
          waiting.delete(grant);
          reject(signal.reason);
        };
        waiting.add(grant);
        signal.addEventListener('abort', abort, { once: true });
      });
    },
    get waiting() {
      return waiting.size;
    },
  };
}
