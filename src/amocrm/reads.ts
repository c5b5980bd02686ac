import { type Call, unlessAborted } from './call.ts';
import type { UpstreamRequest } from './client.ts';
import { type Clock, sleep } from './clock.ts';
import { maxRetries, meanings, readAnswer } from './endings.ts';
import type { Place, Ticket } from './pacer.ts';
import type { Wire } from './wire.ts';

export type Query = readonly (readonly [string, string])[];

export interface ReadOptions {
  /** Waits until nobody else does, and is tried once: a check of our own must not be a load. */
  background?: boolean;
}

/** Seconds; the delay before each retry is a random part of twice the last. */
const backOffSeconds = 0.4;

/** Reads, with full jitter between the tries. `place` is used for the first one. */
export async function readPatiently(
  wire: Wire,
  clock: Clock,
  request: UpstreamRequest,
  ticket: Ticket,
  place?: Place,
): Promise<unknown> {
  let next = place;
  for (let tries = 0; ; tries += 1) {
    const sent = await wire.send(next ?? (await wire.acquire(ticket)), request, ticket.signal);
    next = undefined;
    if (ticket.signal?.aborted === true) throw ticket.signal.reason;
    const retries = ticket.background === true || !meanings[sent.kind].retryRead ? 0 : maxRetries(sent.kind);
    if (tries >= retries) return readAnswer(sent.ending);
    if (sent.kind === 'too-many') continue;
    await sleep(clock, clock.random() * backOffSeconds * 2 ** tries * clock.second, ticket.signal);
  }
}

interface Flight {
  answer: Promise<unknown>;
  waiting: number;
  controller: AbortController;
  /** The number of writes that had ended when it was sent; undefined while it waits for its place. */
  sentAfter: number | undefined;
}

/**
 * Reads that share identical requests under way. One on the wire is shared only while no write has ended since it was
 * sent, so that nobody reads what was true before their own write. A request is given up when nobody waits for it.
 */
export function createReader(wire: Wire, clock: Clock, writesEnded: () => number) {
  const flights = new Map<string, Flight>();

  function take(path: string, query: Query, ticket: Ticket): Flight {
    const key = JSON.stringify([path, query]);
    const shared = flights.get(key);
    if (shared !== undefined && (shared.sentAfter ?? writesEnded()) === writesEnded()) return shared;
    const controller = new AbortController();
    const flight: Flight = { answer: fly(), waiting: 0, controller, sentAfter: undefined };
    flights.set(key, flight);
    return flight;

    async function fly(): Promise<unknown> {
      const own = { ...ticket, signal: controller.signal };
      try {
        const place = await wire.acquire(own);
        flight.sentAfter = writesEnded();
        return await readPatiently(wire, clock, { method: 'GET', path: `/api/v4/${path}`, query }, own, place);
      } finally {
        if (flights.get(key) === flight) flights.delete(key);
      }
    }
  }

  return async function read(path: string, query: Query, call: Call, options: ReadOptions = {}): Promise<unknown> {
    const { caller, signal, deadline } = call;
    if (signal.aborted) throw signal.reason;
    const flight = take(path, query, { participant: caller, deadline, ...options });
    flight.waiting += 1;
    try {
      return await unlessAborted(flight.answer, signal);
    } finally {
      flight.waiting -= 1;
      if (flight.waiting === 0) flight.controller.abort(signal.reason);
    }
  };
}
