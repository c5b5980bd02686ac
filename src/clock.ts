/** What a deadline needs. */
export type Timing = Pick<Clock, 'now' | 'after'>;

/** Clock, timers and random numbers of the gate, so that tests can control them. */
export interface Clock {
  /** Monotonic milliseconds. */
  now(): number;
  /** Milliseconds since 1970. */
  wall(): number;
  /** Runs something after `ms`; returns a function that cancels it. A timer does not keep the process alive. */
  after(ms: number, run: () => void): () => void;
  /** From 0 to 1. */
  random(): number;
  /** Milliseconds that count as a second in the gate's own waits (pauses, back-offs, probes); tests shorten it. */
  second: number;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  wall: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    timer.unref();
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  second: 1000,
};

/** Waits; rejects with the signal's reason if that comes first. */
export function sleep(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  if (signal?.aborted === true) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}

/** Seconds before the first repetition; they double with each. */
const backOffSeconds = 0.5;

/** Milliseconds to wait before a repetition: exponential back-off of which half is jitter. */
export function backOffMs({ random, second }: Clock, tries: number): number {
  return (0.5 + random() / 2) * backOffSeconds * 2 ** tries * second;
}
