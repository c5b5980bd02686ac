import type { Moment } from './two-clocks.ts';

/**
 * A span of so many milliseconds that counts on the monotonic clock, and on the wall clock too, since the first may stand
 * still while a machine sleeps.
 */
export function createSpan(ms: number, onEnd: () => void) {
  let until: Moment = { now: 0, wall: 0 };
  let timer: NodeJS.Timeout | undefined;
  return {
    lasts: (): boolean => performance.now() < until.now && Date.now() < until.wall,
    /** It lasts from that moment on. */
    renew(from: Moment): void {
      until = { now: from.now + ms, wall: from.wall + ms };
      clearTimeout(timer);
      timer = setTimeout(onEnd, Math.max(1, until.now - performance.now())).unref();
    },
    /** Its end is not told any more. */
    forget(): void {
      clearTimeout(timer);
    },
  };
}
