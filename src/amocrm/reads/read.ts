import type { Outcome } from '../client/client.ts';
import { readAnswer } from '../client/outcomes.ts';
import { type Operation, unlessAborted } from '../operation/operation.ts';
import type { SlotRequest } from '../pace/pacer.ts';
import { type ReadTools, readPatiently } from './patiently.ts';
import { Turns } from './turns.ts';

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

export type Read = ReturnType<typeof createReader>;

interface Flight {
  /** For operations that count their reads. */
  id: symbol;
  outcome: Promise<Outcome>;
  askedBy: string[];
  waiting: number;
  /** The number of writes that had ended when it was sent; undefined while it waits for its slot. */
  sentAfter: number | undefined;
  /** Those who wait for its slot. */
  turns: Turns;
  /** Ends it: nobody waits for it any more. */
  abort(reason: unknown): void;
}

/**
 * Single-flight reads: identical concurrent reads share one request, which takes the first turn that one of those who wait
 * has. One in flight is shared only while no write has ended since it was sent, so that nobody reads the state before their
 * own write. A request is aborted when nobody waits for it any more.
 */
export function createReader(tools: ReadTools, writesEnded: () => number) {
  const flights = new Map<string, Flight>();

  function take(path: string, query: Query, slotRequest: SlotRequest): Flight {
    const key = JSON.stringify([path, query]);
    const shared = flights.get(key);
    if (shared !== undefined && (shared.sentAfter ?? writesEnded()) === writesEnded()) return shared;
    const askedBy: string[] = [];
    const turns = new Turns(tools.wire.acquire, slotRequest);
    let reading: AbortController | undefined;
    const flight: Flight = {
      id: Symbol(path),
      outcome: fly(),
      askedBy,
      waiting: 0,
      sentAfter: undefined,
      turns,
      abort(reason) {
        turns.stop(reason);
        reading ??= new AbortController();
        reading.abort(reason);
      },
    };
    flights.set(key, flight);
    return flight;

    async function fly(): Promise<Outcome> {
      try {
        const slot = await turns.slot;
        flight.sentAfter = writesEnded();
        reading ??= new AbortController();
        const own = { ...slotRequest, signal: reading.signal };
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
    const { caller, requestIds, signal, deadline, patrons } = operation;
    if (signal.aborted) throw signal.reason;
    const own = { participant: caller, deadline, isFirst: !operation.hasBegun, ...options };
    const flight = take(path, query, own);
    flight.askedBy.push(...requestIds);
    operation.reads?.add(flight.id);
    flight.waiting += 1;
    const tooLate = flight.turns.ask(own);
    const stopHearing = patrons?.hearAsHolder((patron) => {
      // Where their turns come too late, that of the caller is waited for as before.
      flight.turns.ask({ ...own, participant: patron.caller, deadline: patron.deadline })?.catch(() => undefined);
    });
    try {
      const ended = tooLate === undefined ? flight.outcome : Promise.race([flight.outcome, tooLate]);
      const outcome = await unlessAborted(ended, signal);
      return readAnswer(outcome, [
        ...(mayBeAbsent ? ['absent' as const] : []),
        ...(mayBeOff ? ['switched-off' as const] : []),
      ]);
    } finally {
      stopHearing?.();
      operation.hasBegun = true;
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.abort(signal.reason);
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
