import type { Clock } from '../../clock.ts';
import { createSlowDown } from './slow-down.ts';

/** A place to send one request from. */
export interface Slot {
  /** When the place was given, monotonic milliseconds. */
  sentAt: number;
  /** How long it was waited for, in milliseconds. */
  waitedMs: number;
  /**
   * The request has arrived: its second begins. To be called when the first byte of the answer is there, which is the
   * earliest proof of it.
   */
  arrived(): void;
  /** Gives the place back; to be called when the call has ended. Where nothing came, its second begins only now. */
  release(): void;
}

export interface SlotsOptions {
  /** Requests in any second. */
  limit: number;
  clock: Clock;
  /** Milliseconds from now in which no slot is free. */
  restMs: number;
  /** Told when one may have become free. */
  onFree(): void;
}

/** Beyond the second: the two clocks tick differently, and servers round to milliseconds. */
const guardMs = 5;
/** Weight of the newest answer in the mean answer time. */
const smoothing = 0.2;

export type Slots = ReturnType<typeof createSlots>;

/**
 * The limit in any second as amoCRM counts it, which is by arrival. When a request arrives is not known here, but it is
 * before the first byte of its answer: so each call holds one of `limit` slots from its sending until one second after
 * that byte, and no second can see more than `limit` arrivals. What a 429 does is in `slow-down.ts`.
 */
export function createSlots({ limit, clock, restMs, onFree }: SlotsOptions) {
  const windowMs = clock.second + guardMs;
  const slowDown = createSlowDown(limit, clock);
  const restedAt = clock.now() + restMs;
  let held = 0;
  let answerMs = 0;
  if (restMs > 0) wakeAt(restedAt, onFree);

  /** A slot for what has waited since then (monotonic milliseconds); one has to be free. */
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
        // However it ended, the queue goes on; how it ended is told right after the place is given back.
        queueMicrotask(onFree);
      },
    };
  }

  function comeBack(): void {
    held -= 1;
    onFree();
  }

  /** Timers may fire early; a place that came back too soon would break the promise. */
  function wakeAt(due: number, run: () => void): void {
    const left = due - clock.now();
    if (left > 0) clock.after(Math.ceil(left), () => wakeAt(due, run));
    else run();
  }

  /** Milliseconds in which nothing goes out: the rest after the start, the pause after a 429. */
  function pauseMs(): number {
    return Math.max(slowDown.pauseMs(), restedAt - clock.now(), 0);
  }

  return {
    take,
    pauseMs,
    isFree: () => held < slowDown.slots() && pauseMs() === 0 && slowDown.mayGo(),
    held: () => held,
    /** How many are given at once now: fewer than the limit after a 429. */
    count: slowDown.slots,
    /** Milliseconds that a slot is taken at least, and for how long it lately was. */
    windowMs,
    roundMs: () => windowMs + answerMs,
    isSlowedDown: () => slowDown.pauseMs() > 0,
    /**
     * amoCRM answered 429 to a request sent at `sentAt`. `askedSeconds` is what its Retry-After says. Gives the end of
     * the pause (monotonic ms) where that is later than it was.
     */
    refuse(sentAt: number, askedSeconds: number | undefined): number | undefined {
      const until = slowDown.refuse(sentAt, askedSeconds);
      if (until !== undefined) wakeAt(until, onFree);
      return until;
    },
    /** A usable answer to a request sent at `sentAt`: the pause is over, and slots come back little by little. */
    succeed(sentAt: number): void {
      if (slowDown.succeed(sentAt)) onFree();
    },
  };
}
