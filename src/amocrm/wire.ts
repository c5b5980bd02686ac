import { type Breaker, type BreakerMemory, type BreakerState, createBreaker } from './breaker.ts';
import type { Client, Ending, UpstreamRequest } from './client.ts';
import type { Clock } from './clock.ts';
import { type EndingKind, kindOf } from './endings.ts';
import { createPacer, type Place, type Ticket } from './pacer.ts';
import { parseRetryAfter } from './retry-after.ts';

export interface WireOptions {
  client: Client;
  /** Requests in any second. */
  limit: number;
  clock: Clock;
  memory: BreakerMemory;
  onBreaker(state: BreakerState, reason: EndingKind): void;
}

/** One call that has ended. Times are unix seconds by the server's clock. */
export interface Sent {
  ending: Ending;
  kind: EndingKind;
  from: number;
  to: number;
}

export type Wire = ReturnType<typeof createWire>;

/** The one way out: a place under the limit, the breaker's leave, the call, and what its end says to both. */
export function createWire({ client, limit, clock, memory, onBreaker }: WireOptions) {
  const pacer = createPacer({ limit, clock });
  const breaker: Breaker = createBreaker({
    clock,
    memory,
    probe: async () => (await send(await pacer.acquire({ participant: 'probe' }), accountRead)).kind,
    onChange(state, reason) {
      const refusal = breaker.refusal();
      if (refusal !== undefined) pacer.refuseAll(refusal);
      onBreaker(state, reason);
    },
  });
  let serverAheadMs = 0;
  let answeredAt = Number.NEGATIVE_INFINITY;

  /** Waits for a place. Rejects at once when the breaker is open or the wait would outlast the deadline. */
  async function acquire(ticket: Ticket): Promise<Place> {
    refuse();
    const place = await pacer.acquire(ticket);
    try {
      refuse();
    } catch (refusal) {
      place.release();
      throw refusal;
    }
    return place;
  }

  function refuse(): void {
    const refusal = breaker.refusal();
    if (refusal !== undefined) throw refusal;
  }

  async function send(place: Place, request: UpstreamRequest, signal?: AbortSignal): Promise<Sent> {
    const from = serverSeconds();
    const ending = await client(request, signal);
    place.release();
    const kind = signal?.aborted === true ? 'aborted' : kindOf(ending);
    learn(ending);
    breaker.observe(kind);
    if (kind === 'too-many' && 'retryAfter' in ending)
      pacer.pause(place.sentAt, parseRetryAfter(ending.retryAfter, clock.wall()));
    if (kind === 'ok') {
      answeredAt = clock.now();
      pacer.succeed(place.sentAt);
    }
    return { ending, kind, from, to: serverSeconds() };
  }

  function serverSeconds(): number {
    return (clock.wall() + serverAheadMs) / 1000;
  }

  function learn(ending: Ending): void {
    const date = 'date' in ending && ending.date !== null ? Date.parse(ending.date) : Number.NaN;
    if (!Number.isNaN(date)) serverAheadMs = date - clock.wall();
  }

  return {
    acquire,
    send,
    serverSeconds,
    answeredAt: () => answeredAt,
    expectedWait: pacer.expectedWait,
    overloaded: pacer.overloaded,
  };
}

const accountRead: UpstreamRequest = { method: 'GET', path: '/api/v4/account' };
