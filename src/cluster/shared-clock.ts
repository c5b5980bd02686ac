/** Readings that are compared: a clock that was set back is believed after so many. */
const most = 10;

/** What this process knows of a clock that all replicas read. */
export function createSharedClock(now: () => number = () => performance.now()) {
  /** By how much the shared clock was ahead of this one's when the answers came: the later they came, the less. */
  const leads: number[] = [];

  return {
    /** `wall`: the clock as it was read at some time before now. */
    learn(wall: number): void {
      leads.push(wall - now());
      if (leads.length > most) leads.shift();
    },
    /** The clock as it is now, or a little before: never after. */
    moment: (): number => now() + Math.max(...leads),
  };
}
