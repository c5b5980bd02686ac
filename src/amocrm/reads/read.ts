import { type Clock, sleep } from '../../clock.ts';
import type { Outcome, UpstreamRequest } from '../client/client.ts';
import { policyOf, readAnswer } from '../client/outcomes.ts';
import { type Operation, unlessAborted } from '../operation/operation.ts';
import type { Slot, SlotRequest } from '../pace/pacer.ts';
import type { Observer } from '../wire/observer.ts';
import type { Wire } from '../wire/wire.ts';

export type Query = readonly (readonly [string, string])[];

export interface ReadOptions {
  /** Waits until no other request waits, and is tried once: the service's own checks must not add load. */
  background?: boolean;
  /**
   * The path ends in an id: where amoCRM's answer is a 404 in JSON, there is no such thing, and the read gives undefined,
   * as for a 204. Which of the two comes differs by list.
   */
  mayBeAbsent?: boolean;
  /** A list of what is switched off in the account counts as an empty one. */
  mayBeOff?: boolean;
}

/** Seconds of back-off with full jitter: each retry waits a random part of this, which doubles each time. */
const backOffSeconds = 0.4;

export type Read = ReturnType<typeof createReader>;

export interface ReadTools {
  wire: Wire;
  clock: Clock;
  observer: Observer;
}

/** Reads with retries and full jitter; gives the last outcome. `slot` is used for the first attempt. */
export async function readPatiently(
  { wire, clock, observer }: ReadTools,
  request: UpstreamRequest,
  slotRequest: SlotRequest,
  slot?: Slot,
): Promise<Outcome> {
  let next = slot ?? (await wire.acquire(slotRequest));
  for (let tries = 0; ; tries += 1) {
    const sent = await wire.send(next, request, slotRequest.signal);
    if (slotRequest.signal?.aborted === true) throw slotRequest.signal.reason;
    const { read, retries } = policyOf(sent.kind);
    const isTriedOnce = slotRequest.background === true && sent.kind !== 'stale-token';
    if (read === 'fail' || isTriedOnce || tries >= retries) return sent.outcome;
    const backOff = read === 'again' ? 0 : clock.random() * backOffSeconds * 2 ** tries;
    if (backOff > 0) await sleep(clock, backOff * clock.second, slotRequest.signal);
    next = await wire.acquire({ ...slotRequest, isFirst: false });
    observer.onRetry(request.method, sent.kind);
  }
}

interface Flight {
  /** For operations that count their reads. */
  id: symbol;
  outcome: Promise<Outcome>;
  askedBy: string[];
  waiting: number;
  controller: AbortController;
  /** The number of writes that had ended when it was sent; undefined while it waits for its slot. */
  sentAfter: number | undefined;
}

/**
 * Single-flight reads: identical concurrent reads share one request. One in flight is shared only while no write has
 * ended since it was sent, so that nobody reads the state before their own write. A request is aborted when nobody
 * waits for it any more.
 */
export function createReader(tools: ReadTools, writesEnded: () => number) {
  const flights = new Map<string, Flight>();

  function take(path: string, query: Query, slotRequest: SlotRequest): Flight {
    const key = JSON.stringify([path, query]);
    const shared = flights.get(key);
    if (shared !== undefined && (shared.sentAfter ?? writesEnded()) === writesEnded()) return shared;
    const controller = new AbortController();
    const askedBy: string[] = [];
    const flight: Flight = { id: Symbol(path), outcome: fly(), askedBy, waiting: 0, controller, sentAfter: undefined };
    flights.set(key, flight);
    return flight;

    async function fly(): Promise<Outcome> {
      const own = { ...slotRequest, signal: controller.signal };
      try {
        const slot = await tools.wire.acquire(own);
        flight.sentAfter = writesEnded();
        return await readPatiently(tools, { method: 'GET', path: `/api/v4/${path}`, query, askedBy }, own, slot);
      } finally {
        if (flights.get(key) === flight) flights.delete(key);
      }
    }
  }

  return async function read(
    path: string,
    query: Query,
    operation: Operation,
    { mayBeAbsent = false, mayBeOff = false, ...options }: ReadOptions = {},
  ): Promise<unknown> {
    const { caller, requestIds, signal, deadline } = operation;
    if (signal.aborted) throw signal.reason;
    const flight = take(path, query, { participant: caller, deadline, isFirst: !operation.hasBegun, ...options });
    flight.askedBy.push(...requestIds);
    operation.reads?.add(flight.id);
    flight.waiting += 1;
    try {
      const outcome = await unlessAborted(flight.outcome, signal);
      return readAnswer(outcome, [
        ...(mayBeAbsent ? ['absent' as const] : []),
        ...(mayBeOff ? ['switched-off' as const] : []),
      ]);
    } finally {
      operation.hasBegun = true;
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.controller.abort(signal.reason);
    }
  };
}

export interface UnsharedRead extends SlotRequest {
  /** Called just before it is sent. */
  onSent(): void;
}

/** Reads that are shared with nobody, for whoever must know when they were sent. Errors: those of reads. */
export function createUnsharedReader(tools: ReadTools) {
  return async function read(path: string, query: Query, { onSent, ...own }: UnsharedRead): Promise<unknown> {
    const slot = await tools.wire.acquire(own);
    onSent();
    const request = { method: 'GET', path: `/api/v4/${path}`, query, askedBy: [] } as const;
    return readAnswer(await readPatiently(tools, request, own, slot));
  };
}
