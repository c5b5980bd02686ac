import { type Clock, systemClock } from '../../clock.ts';
import { callMessages } from '../../messages/amocrm.ts';
import { Problem } from '../../problems/problem.ts';
import { FairQueue } from './fair-queue.ts';
import { createForecast } from './forecast.ts';
import { createSlots, type Slot } from './slots.ts';

export type { Slot } from './slots.ts';

export interface PacerOptions {
  limit: number;
  clock?: Clock;
  /** Milliseconds from now in which nothing is sent: amoCRM may still count what an earlier process has sent. */
  restMs?: number;
}

export interface SlotRequest {
  /** The participant in the fair queue: the name of a caller, or one for each kind of shared request. */
  participant: string;
  signal?: AbortSignal | undefined;
  /** Monotonic milliseconds. A wait that would last longer is refused at once. */
  deadline?: number;
  /** The first call of a step is refused as soon as its step would not be done by the deadline. */
  isFirst?: boolean;
  /** Takes a slot only when nobody else waits. */
  background?: boolean;
  /** From then on (monotonic milliseconds) one in the background goes first, with every second slot at most. */
  goesFirstAt?: number;
}

interface Waiting {
  request: SlotRequest;
  since: number;
  grant(slot: Slot): void;
  refuse(reason: unknown): void;
}

/** Steps of a caller begin in groups of this many seconds' calls, so that they share batches. */
const groupSeconds = 2;

/** The limiter at one moment. */
export interface PacerLoad {
  /** Requests in any second, and how many slots there are now: fewer after a 429. */
  limit: number;
  slots: number;
  held: number;
  waiting: number;
  /** Milliseconds that the longest of them has waited, and that a pause still lasts. */
  longestWaitMs: number;
  pauseMs: number;
}

export type Pacer = ReturnType<typeof createPacer>;

/**
 * The rate limiter: decides which request gets the next slot (`slots.ts`). Participants take turns, steps that have
 * begun go before most of those that have not, and requests that would be too late are refused.
 */
export function createPacer({ limit, clock = systemClock, restMs = 0 }: PacerOptions) {
  const queue = new FairQueue<Waiting>(limit * groupSeconds);
  const background = new Set<Waiting>();
  const slots = createSlots({ limit, clock, restMs, onFree: serve });
  const forecast = createForecast({ queue, slots });
  /** Whether the last slot went to one in the background before its turn. */
  let hasGoneFirst = false;

  function shift(): Waiting | undefined {
    const urgent = hasGoneFirst ? undefined : background.values().find(isUrgent);
    hasGoneFirst = urgent !== undefined;
    return urgent ?? queue.shift() ?? background.values().next().value;
  }

  function isUrgent({ request: { goesFirstAt = Number.POSITIVE_INFINITY } }: Waiting): boolean {
    return clock.now() >= goesFirstAt;
  }

  function serve(): void {
    while (slots.isFree()) {
      const next = shift();
      if (next === undefined) return;
      background.delete(next);
      const { participant, isFirst = false } = next.request;
      forecast.count(participant, isFirst);
      next.grant(slots.take(next.since));
      shed(participant);
    }
  }

  /** Refuses steps that would not be done in time before they spend a call. */
  function shed(participant: string): void {
    for (;;) {
      const { fresh, next, last } = queue.standing(participant);
      if (next === undefined || last === undefined) return;
      const lastLate = lateBy(last.request, forecast.done(participant, fresh));
      const nextLate = lateBy(next.request, forecast.rest(participant));
      if (lastLate > 0) last.refuse(overloaded(lastLate));
      else if (nextLate > 0) next.refuse(overloaded(nextLate));
      else return;
    }
  }

  /** Milliseconds by which an end in `ms` milliseconds would miss the deadline. */
  function lateBy({ deadline = Number.POSITIVE_INFINITY }: SlotRequest, ms: number): number {
    return clock.now() + ms - deadline;
  }

  function acquire(request: SlotRequest): Promise<Slot> {
    const { participant, signal, isFirst = false } = request;
    if (signal?.aborted === true) return Promise.reject(signal.reason);
    if (queue.size === 0 && slots.isFree()) {
      forecast.count(participant, isFirst);
      return Promise.resolve(slots.take(clock.now()));
    }
    const { fresh } = queue.standing(participant);
    const late = lateBy(request, isFirst ? forecast.done(participant, fresh + 1) : forecast.nextCall(participant));
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
      else queue.push(participant, waiting, isFirst);
      signal?.addEventListener('abort', abort, { once: true });
    });
  }

  function leave(waiting: Waiting): void {
    if (!background.delete(waiting)) queue.delete(waiting.request.participant, waiting);
  }

  function overloaded(lateMs: number): Problem {
    const detail = slots.isSlowedDown() ? callMessages.slowDown : callMessages.queueFull;
    return new Problem('OVERLOADED', detail, { retryAfter: Math.max(1, Math.ceil(lateMs / clock.second)) });
  }

  return {
    acquire,
    overloaded,
    expectedWait: forecast.wait,
    isScarce: () => slots.held() * 2 > slots.count(),
    /** Requests that would get a slot at once. */
    freePlaces: () => (queue.size > 0 || slots.pauseMs() > 0 ? 0 : Math.max(0, slots.count() - slots.held())),
    succeed: slots.succeed,
    /** For a 429 to a request sent at `sentAt` (monotonic ms); `askedSeconds` is its Retry-After. */
    pause(sentAt: number, askedSeconds: number | undefined): void {
      const until = slots.refuse(sentAt, askedSeconds);
      if (until === undefined) return;
      for (const { request, refuse } of [...queue, ...background]) {
        const late = lateBy(request, until - clock.now());
        if (late > 0) refuse(overloaded(late));
      }
    },
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
        slots: slots.count(),
        held: slots.held(),
        waiting: queue.size + background.size,
        longestWaitMs: waits.reduce((longest, wait) => Math.max(longest, wait), 0),
        pauseMs: slots.pauseMs(),
      };
    },
  };
}
