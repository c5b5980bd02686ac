/** A moment on the monotonic clock and on the wall clock, in milliseconds. */
export interface Moment {
  now: number;
  wall: number;
}

export function momentNow(): Moment {
  return { now: performance.now(), wall: Date.now() };
}

/** How far the wall clock is off one that was read at some time between the question and now. */
export function offMs(askedAt: Moment, wall: number): number {
  return Math.max(askedAt.wall - wall, wall - Date.now(), 0);
}
