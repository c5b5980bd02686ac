import type { Clock } from '../../clock.ts';

/** A wait that ends when its time is up, when it is woken, or when the signal aborts. */
export function createNap(clock: Clock, signal: AbortSignal) {
  let wake = () => {};

  return {
    wait(ms: number): Promise<void> {
      if (signal.aborted) return Promise.resolve();
      return new Promise((resolve) => {
        const cancel = clock.after(ms, end);
        signal.addEventListener('abort', end);
        wake = end;
        function end(): void {
          cancel();
          signal.removeEventListener('abort', end);
          resolve();
        }
      });
    },
    wake: () => wake(),
  };
}
