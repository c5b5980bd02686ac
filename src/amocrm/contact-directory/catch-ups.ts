import { unlessAborted } from '../operation/operation.ts';

export interface CatchUpsOptions {
  /**
   * Makes one; resolves to when it began (monotonic ms), which is when the first of its calls was sent. Where it takes long
   * it tells so, once it is known how long.
   */
  run(signal: AbortSignal, onLong: () => void): Promise<number>;
}

interface Running {
  done: Promise<void>;
  /** Resolves when it is over, or known to take long. */
  measured: Promise<void>;
}

export type CatchUps = ReturnType<typeof createCatchUps>;

/** Catch-ups, one at a time, each shared by all who wait. One goes on though nobody waits any more: the next needs it. */
export function createCatchUps({ run }: CatchUpsOptions) {
  const stopped = new AbortController();
  /** When the last finished one began. */
  let begunAt = Number.NEGATIVE_INFINITY;
  let running: Running | undefined;

  function start(): Running {
    const { promise: long, resolve: onLong } = Promise.withResolvers<void>();
    const done = run(stopped.signal, onLong)
      .then((at) => {
        begunAt = Math.max(begunAt, at);
      })
      .finally(() => {
        running = undefined;
      });
    // Reported by those who wait; all may have left.
    done.catch(() => {});
    const measured = Promise.race([done, long]);
    measured.catch(() => {});
    running = { done, measured };
    return running;
  }

  return {
    begunAt: () => begunAt,
    /**
     * Resolves when one that began at this moment (monotonic ms) or later has finished. Rejects as `run` does, and with what
     * `check` throws where one takes long.
     */
    async since(moment: number, signal: AbortSignal, check: () => void = () => {}): Promise<void> {
      while (begunAt < moment) {
        const shared = running ?? start();
        await unlessAborted(shared.measured, signal);
        if (running === shared) check();
        await unlessAborted(shared.done, signal);
      }
    },
    /** Ends the one under way; resolves when it has. */
    async stop(reason: Error): Promise<void> {
      stopped.abort(reason);
      await running?.done.catch(() => {});
    },
  };
}
