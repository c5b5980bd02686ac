export interface GoodOnceOptions {
  /** Milliseconds by which a signature may be off: the clocks of two replicas differ, and a request takes time. */
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

  function forget(nonce: string, at: number): void {
    seen.delete(nonce);
    floor = Math.max(floor, at);
  }

  /** Whether a nonce that was signed at that time is accepted now; wall-clock milliseconds. */
  return (nonce: string, at: number, now: number): boolean => {
    if (Math.abs(now - at) > skewMs) return false;
    if (at <= floor || seen.has(nonce)) return false;
    for (const [old, signedAt] of seen) {
      if (seen.size < most && now - signedAt <= skewMs) break;
      forget(old, signedAt);
    }
    seen.set(nonce, at);
    return true;
  };
}
