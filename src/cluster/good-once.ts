export interface GoodOnceOptions {
  /** Milliseconds that the clocks of two replicas, and the way between them, may make a difference. */
  skewMs: number;
  /** How many are remembered. */
  most: number;
}

/**
 * Remembers signatures (nonces) for as long as they are valid, so that each is accepted once. When there are too many the
 * oldest are forgotten, and no signature that is as old as a forgotten one is accepted any more.
 */
export function createGoodOnce({ skewMs, most }: GoodOnceOptions) {
  /** When they were signed, in the order in which they came. */
  const seen = new Map<string, number>();
  /** None that was signed then or before is accepted. */
  let floor = Number.NEGATIVE_INFINITY;

  function forget(word: string, at: number): void {
    seen.delete(word);
    floor = Math.max(floor, at);
  }

  /** Whether a word that was said at that time is believed now; wall-clock milliseconds. */
  return (word: string, at: number, now: number): boolean => {
    if (Math.abs(now - at) > skewMs) return false;
    if (at <= floor || seen.has(word)) return false;
    for (const [old, saidAt] of seen) {
      if (seen.size < most && now - saidAt <= skewMs) break;
      forget(old, saidAt);
    }
    seen.set(word, at);
    return true;
  };
}
