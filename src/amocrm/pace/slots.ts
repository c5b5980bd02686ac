import type { Clock } from '../../clock.ts';
import { createSlowDown } from './slow-down.ts';

/** The permission to send one request. */
export interface Slot {
  /** When the slot was given, monotonic milliseconds. */
  sentAt: number;
  waitedMs: number;
  /** To be called at the first byte of the answer, the first proof of arrival: its second begins. */
  arrived(): void;
  /** Releases the slot; to be called when the call has ended. Without an answer its second begins only now. */
  release(): void;
}

export interface SlotsOptions {
  limit: number;
  clock: Clock;
  /** Milliseconds from now in which no slot is free. */
  restMs: number;
  onFree(): void;
}

/** Milliseconds added to the second: the two clocks differ slightly, and servers round to milliseconds. */
const guardMs = 5;
/** Weight of the newest answer in the mean answer time. */
const smoothing = 0.2;

export type Slots = ReturnType<typeof createSlots>;

/**
 * The rate limit as amoCRM counts it, by arrival in any second. When a request arrives is not known here, but it is
 * before the first byte of its answer. So each call holds one of `limit` slots from its sending until one second after
 * that byte, and amoCRM never sees more than `limit` arrivals in a second. `slow-down.ts` handles 429s.
 */
export function createSlots({ limit, clock, restMs, onFree }: SlotsOptions) {
  const windowMs = clock.second + guardMs;
  const slowDown = createSlowDown(limit, clock);
  const restedAt = clock.now() + restMs;
  let held = 0;
  let answerMs = 0;
  if (restMs > 0) wakeAt(restedAt, onFree);

  /** Takes a slot for a request that has waited since `since` (monotonic milliseconds); one must be free. */
  function take(since: number): Slot {
    held += 1;
    let onItsWay = true;
    let given = true;
    const endTrial = slowDown.go();
    const sentAt = clock.now();
    const arrived = () => {
      if (!onItsWay) return;
      onItsWay = false;
      answerMs += (clock.now() - sentAt - answerMs) * smoothing;
      wakeAt(clock.now() + windowMs, comeBack);
    };
    return {
      sentAt,
      waitedMs: sentAt - since,
      arrived,
      release() {
        if (!given) return;
        given = false;
        arrived();
        if (endTrial === undefined) return;
        endTrial();
        // The queue goes on after any outcome; the outcome itself is reported right after the release.
        queueMicrotask(onFree);
      },
    };
  }

  function comeBack(): void {
    held -= 1;
    onFree();
  }

  /** Timers may fire early; a slot released too soon would exceed the limit. */
  function wakeAt(due: number, run: () => void): void {
    const left = due - clock.now();
    if (left > 0) clock.after(Math.ceil(left), () => wakeAt(due, run));
    else run();
  }

  /** Milliseconds in which nothing is sent: after the start, and during the pause after a 429. */
  function pauseMs(): number {
    return Math.max(slowDown.pauseMs(), restedAt - clock.now(), 0);
  }

  return {
    take,
    pauseMs,
    isFree: () => held < slowDown.slots() && pauseMs() === 0 && slowDown.mayGo(),
    held: () => held,
    /** How many slots there are now: fewer than the limit after a 429. */
    count: slowDown.slots,
    /** Milliseconds that a slot is taken at least, and how long it lately was on average. */
    windowMs,
    roundMs: () => windowMs + answerMs,
    isSlowedDown: () => slowDown.pauseMs() > 0,
    /**
     * To be called when amoCRM answered 429 to a request sent at `sentAt` (monotonic ms). `askedSeconds` is its
     * Retry-After. Returns the end of the pause (monotonic ms) where that is later than before.
     */
    refuse(sentAt: number, askedSeconds: number | undefined): number | undefined {
      const until = slowDown.refuse(sentAt, askedSeconds);
      if (until !== undefined) wakeAt(until, onFree);
      return until;
    },
    /** For a usable answer to a request sent at `sentAt`: the pause ends, slots come back one by one. */
    succeed(sentAt: number): void {
      if (slowDown.succeed(sentAt)) onFree();
    },
  };
}
