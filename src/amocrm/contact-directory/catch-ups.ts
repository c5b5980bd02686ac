import { unlessAborted } from '../operation/operation.ts';

export interface CatchUpsOptions {
  /** Makes one; resolves to when it began (monotonic ms), which is when the first of its calls was sent. */
  run(signal: AbortSignal): Promise<number>;
}

interface Running {
  done: Promise<void>;
  waiting: number;
  controller: AbortController;
}

export type CatchUps = ReturnType<typeof createCatchUps>;

/** Catch-ups, one at a time, each shared by all who wait. */
export function createCatchUps({ run }: CatchUpsOptions) {
  /** When the last finished one began. */
  let begunAt = Number.NEGATIVE_INFINITY;
  let running: Running | undefined;

  function start(): Running {
    const controller = new AbortController();
    const done = run(controller.signal)
      .then((at) => {
        begunAt = Math.max(begunAt, at);
      })
      .finally(() => forget(started));
    // Reported by those who wait; all may have left.
    done.catch(() => {});
    const started = { done, waiting: 0, controller };
    running = started;
    return started;
  }

  function forget(one: Running): void {
    if (running === one) running = undefined;
  }

  return {
    begunAt: () => begunAt,
    /** Resolves when one that began at this moment (monotonic ms) or later has finished. Rejects as `run` does. */
    async since(moment: number, signal: AbortSignal): Promise<void> {
      while (begunAt < moment) {
        const shared = running ?? start();
        shared.waiting += 1;
        try {
          await unlessAborted(shared.done, signal);
        } finally {
          shared.waiting -= 1;
          if (shared.waiting === 0) {
            forget(shared);
            shared.controller.abort(signal.reason);
          }
        }
      }
    },
  };
}
