import { type Clock, systemClock } from '../../clock.ts';
import { Problem } from '../../problems/problem.ts';
import { FairQueue } from './fair-queue.ts';
import { createSlowDown } from './slow-down.ts';

export interface PacerOptions {
  /** Requests in any second. */
  limit: number;
  clock?: Clock;
  /** Milliseconds from now in which nothing goes out: what an earlier process has sent may still be counted. */
  restMs?: number;
}

/** Who waits for a place, and how long it may take. */
export interface SlotRequest {
  /** Participants take turns: the names of callers, and one for each kind of shared request. */
  participant: string;
  signal?: AbortSignal | undefined;
  /** Monotonic milliseconds. A wait that would outlast it is refused at once. */
  deadline?: number;
  /** Takes a place only when nobody else waits. */
  background?: boolean;
}

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

interface Waiting {
  request: SlotRequest;
  since: number;
  grant(slot: Slot): void;
  refuse(reason: unknown): void;
}

/** Beyond the second: the two clocks tick differently, and servers round to milliseconds. */
const guardMs = 5;
/** Weight of the newest answer in the mean answer time. */
const smoothing = 0.2;

/** The limiter at one moment. */
export interface PacerLoad {
  /** Requests in any second, and how many slots are given now: fewer after a 429. */
  limit: number;
  slots: number;
  /** Places that are taken. */
  held: number;
  waiting: number;
  /** Milliseconds that the longest of them has waited, and that a pause still lasts. */
  longestWaitMs: number;
  pauseMs: number;
}

export type Pacer = ReturnType<typeof createPacer>;

/**
 * Keeps the limit in any second as amoCRM counts it, which is by arrival. When a request arrives is not known here, but
 * it is before the first byte of its answer: so each call holds one of `limit` slots from its sending until one second
 * after that byte, and no second can see more than `limit` arrivals. What a 429 does is in `slow-down.ts`.
 */
export function createPacer({ limit, clock = systemClock, restMs = 0 }: PacerOptions) {
  const windowMs = clock.second + guardMs;
  const queue = new FairQueue<Waiting>();
  const background = new Set<Waiting>();
  const slowDown = createSlowDown(limit, clock);
  const restedAt = clock.now() + restMs;
  let held = 0;
  let answerMs = 0;
  if (restMs > 0) resumeAt(restedAt);

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
      comeBackAt(clock.now() + windowMs);
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
        queueMicrotask(serve);
      },
    };
  }

  /** Timers may fire early; a place that came back too soon would break the promise. */
  function comeBackAt(due: number): void {
    const left = due - clock.now();
    if (left > 0) {
      clock.after(Math.ceil(left), () => comeBackAt(due));
      return;
    }
    held -= 1;
    serve();
  }

  function serve(): void {
    while (isFree()) {
      const next = queue.shift() ?? background.values().next().value;
      if (next === undefined) return;
      background.delete(next);
      next.grant(take(next.since));
    }
  }

  function isFree(): boolean {
    return held < slowDown.slots() && pauseMs() === 0 && slowDown.mayGo();
  }

  function pauseMs(): number {
    return Math.max(slowDown.pauseMs(), restedAt - clock.now(), 0);
  }

  /** Milliseconds until a request that has `ahead` others before it would go out. */
  function expectedWait(ahead: number): number {
    const pause = pauseMs();
    if (pause === 0 && held + ahead < slowDown.slots()) return 0;
    return pause + ((ahead + 1) * (windowMs + answerMs)) / slowDown.slots();
  }

  function acquire(request: SlotRequest): Promise<Slot> {
    const { participant, signal, deadline = Number.POSITIVE_INFINITY } = request;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (queue.size === 0 && isFree()) return Promise.resolve(take(clock.now()));
    const late = clock.now() + expectedWait(queue.ahead(participant)) - deadline;
    if (late > 0) return Promise.reject(overloaded(late));
    return new Promise((resolve, reject) => {
      const stop = () => signal?.removeEventListener('abort', abort);
      const waiting: Waiting = {
        request,
        since: clock.now(),
        grant: (slot) => {
          stop();
          resolve(slot);
        },
        refuse: (reason) => {
          leave(waiting);
          stop();
          reject(reason);
        },
      };
      const abort = () => waiting.refuse(signal?.reason);
      if (request.background === true) background.add(waiting);
      else queue.push(participant, waiting);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  function leave(waiting: Waiting): void {
    if (!background.delete(waiting)) queue.delete(waiting.request.participant, waiting);
  }

  function overloaded(lateMs: number): Problem {
    const detail = slowDown.pauseMs() > 0 ? 'amoCRM asks to slow down' : 'Too much work waits for amoCRM’s limit';
    return new Problem('OVERLOADED', detail, { retryAfter: Math.max(1, Math.ceil(lateMs / clock.second)) });
  }

  /** amoCRM answered 429 to a request sent at `sentAt`. `askedSeconds` is what its Retry-After says. */
  function pause(sentAt: number, askedSeconds: number | undefined): void {
    const until = slowDown.refuse(sentAt, askedSeconds);
    if (until === undefined) return;
    resumeAt(until);
    for (const { request, refuse } of [...queue, ...background]) {
      const late = until - (request.deadline ?? Number.POSITIVE_INFINITY);
      if (late > 0) refuse(overloaded(late));
    }
  }

  function resumeAt(due: number): void {
    const left = due - clock.now();
    if (left > 0) clock.after(Math.ceil(left), () => resumeAt(due));
    else serve();
  }

  return {
    acquire,
    pause,
    expectedWait,
    overloaded,
    /** Whether most slots are taken. */
    isScarce: () => held * 2 > slowDown.slots(),
    /** A usable answer to a request sent at `sentAt`: the pause is over, and slots come back little by little. */
    succeed(sentAt: number): void {
      if (slowDown.succeed(sentAt)) serve();
    },
    /** Refuses all who wait. */
    refuseAll(reason: unknown): void {
      for (const { refuse } of [...queue, ...background]) refuse(reason);
    },
    get waiting(): number {
      return queue.size + background.size;
    },
    load(): PacerLoad {
      const now = clock.now();
      const waits = Iterator.from([...queue, ...background]).map(({ since }) => now - since);
      return {
        limit,
        slots: slowDown.slots(),
        held,
        waiting: queue.size + background.size,
        longestWaitMs: waits.reduce((longest, wait) => Math.max(longest, wait), 0),
        pauseMs: pauseMs(),
      };
    },
  };
}
