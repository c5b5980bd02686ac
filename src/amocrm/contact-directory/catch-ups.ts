import type { Clock } from '../../clock.ts';
import { unlessAborted } from '../operation/operation.ts';

export interface CatchUpsOptions {
  /**
   * Makes one; resolves to when it began (monotonic ms), which is when the first of its calls was sent. Where it takes long
   * it tells so, once it is known how long.
   */
  run(signal: AbortSignal, onLong: () => void): Promise<number>;
  clock: Pick<Clock, 'after' | 'second'>;
}

interface Running {
  /** Resolves when it is over, known to take long, or a second has passed. */
  next(): Promise<void>;
  done: Promise<void>;
}

export type CatchUps = ReturnType<typeof createCatchUps>;

/** Catch-ups, one at a time, each shared by all who wait. One goes on though nobody waits any more: the next needs it. */
export function createCatchUps({ run, clock }: CatchUpsOptions) {
  const stopped = new AbortController();
  /** When the last finished one began. */
  let begunAt = Number.NEGATIVE_INFINITY;
  let running: Running | undefined;

  function start(): Running {
    let news = Promise.withResolvers<void>();
    function tell(): void {
      cancel();
      news.resolve();
      news = Promise.withResolvers();
      cancel = clock.after(clock.second, tell);
    }
    let cancel = clock.after(clock.second, tell);
    const done = run(stopped.signal, tell)
      .then((at) => {
        begunAt = Math.max(begunAt, at);
      })
      .finally(() => {
        cancel();
        running = undefined;
      });
    // Reported by those who wait; all may have left.
    done.catch(() => {});
    done.then(
      () => news.resolve(),
      () => news.resolve(),
    );
    running = { next: () => news.promise, done };
    return running;
  }

  return {
    begunAt: () => begunAt,
    /**
     * Resolves when one that began at this moment (monotonic ms) or later has finished. Rejects as `run` does, and with what
     * `check` throws, which is asked now and then meanwhile. It begins one even where it rejects: later ones need it.
     */
    async since(moment: number, signal: AbortSignal, check: () => void = () => {}): Promise<void> {
      while (begunAt < moment) {
        const shared = running ?? start();
        check();
        await unlessAborted(shared.next(), signal);
        if (running !== shared) await shared.done;
      }
    },
    /** Ends the one under way; resolves when it has. */
    async stop(reason: Error): Promise<void> {
      stopped.abort(reason);
      await running?.done.catch(() => {});
    },
  };
}
