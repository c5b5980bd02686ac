import type { Clock } from '../../clock.ts';
import { callMessages } from '../../messages/amocrm.ts';
import type { Problem } from '../../problems/problem.ts';
import type { FactsOf } from '../client/call-facts.ts';
import type { Client, Outcome, UpstreamRequest } from '../client/client.ts';
import { kindOf, type OutcomeKind } from '../client/kind-of.ts';
import type { Sent } from '../client/outcomes.ts';
import { parseRetryAfter } from '../client/retry-after.ts';
import { createServerClock } from '../client/server-clock.ts';
import { unlessAborted } from '../operation/operation.ts';
import type { AddressBlock } from '../pace/address-block.ts';
import { type BreakerMemory, type BreakerState, createBreaker } from '../pace/breaker.ts';
import { createPacer, type PacerLoad, type Slot, type SlotRequest } from '../pace/pacer.ts';
import { describeCall } from './call-report.ts';
import { createExplainer, isAmbiguous } from './explain-page.ts';
import type { Observer } from './observer.ts';
import type { Authorize } from './token-source.ts';

export interface WireOptions {
  client: Client;
  factsOf: FactsOf;
  authorize: Authorize;
  limit: number;
  clock: Clock;
  memory: BreakerMemory;
  /** Shared by all accounts of the process; absent where there is one. */
  address?: AddressBlock | undefined;
  observer: Observer;
  restMs?: number;
  /** Why nothing may be sent now, whatever amoCRM would say; undefined where it may. */
  refusal?: (() => Problem | undefined) | undefined;
}

/** The state of the rate limiter and the breaker. */
export interface WireLoad extends PacerLoad {
  breaker: BreakerState;
}

/** Whether nothing is sent now: the breaker is open, or a pause lasts. */
export function isHeldUp({ breaker, pauseMs }: WireLoad): boolean {
  return breaker !== 'closed' || pauseMs > 0;
}

export type Wire = ReturnType<typeof createWire>;

/** The only way to amoCRM: rate limiter, breaker and token before each call, its outcome told to them after. */
export function createWire(options: WireOptions) {
  const { client, factsOf, authorize, limit, clock, memory, address, observer, restMs = 0 } = options;
  const { refusal: refusalOfOwner = () => undefined } = options;
  const pacer = createPacer({ limit, clock, restMs });
  const breaker = createBreaker({
    clock,
    memory,
    address,
    probe: async () => {
      const slot = await pass({ participant: 'probe' }, refuseUnowned);
      return (await exchange(slot, accountRead, tokens.current())).kind;
    },
    onChange(state, reason, refusal) {
      if (refusal !== undefined) pacer.refuseAll(refusal);
      observer.onBreaker(state, reason);
    },
    onAddressBlock: (refusal) => pacer.refuseAll(refusal),
  });
  const tokens = authorize(async (path, body, signal) => {
    const slot = await pass({ participant: 'tokens', signal }, refuseBlocked);
    return exchange(slot, { method: 'POST', path, body }, undefined, undefined, signal);
  });
  const explain = createExplainer(async () => send(await acquire({ participant: 'probe' }), accountRead));
  const serverClock = createServerClock(clock);
  let answeredAt = Number.NEGATIVE_INFINITY;
  const stopped = new AbortController();

  /**
   * Waits for a token and then for a slot. In the other order those who wait for the token could hold all slots, and
   * none would be left to get it. Rejects at once when the breaker is open, no token can be had, or the wait would
   * outlast the deadline.
   */
  async function acquire(request: SlotRequest): Promise<Slot> {
    for (;;) {
      if (tokens.current() === undefined) await obtainToken(request.signal);
      const slot = await pass(request, refuse);
      if (tokens.current() !== undefined) return slot;
      slot.release();
    }
  }

  async function obtainToken(signal: AbortSignal | undefined): Promise<void> {
    refuse();
    signal?.throwIfAborted();
    await (signal === undefined ? tokens.obtain() : unlessAborted(tokens.obtain(), signal));
  }

  async function pass(request: SlotRequest, check: () => void): Promise<Slot> {
    check();
    const slot = await pacer.acquire(request);
    try {
      check();
    } catch (refusal) {
      slot.release();
      throw refusal;
    }
    return slot;
  }

  function refuse(): void {
    stopped.signal.throwIfAborted();
    refuseUnowned();
    const refusal = breaker.refusal();
    if (refusal !== undefined) throw refusal;
  }

  function refuseUnowned(): void {
    const refusal = refusalOfOwner();
    if (refusal !== undefined) throw refusal;
  }

  /** A token request may be sent after a 401, and one in flight is awaited even during a shutdown. */
  function refuseBlocked(): void {
    refuseUnowned();
    if (breaker.state !== 'closed') throw breaker.refusal();
  }

  /** Makes one call with the newest token; none where there is no usable token any more since the slot was given. */
  async function send(slot: Slot, request: UpstreamRequest, signal?: AbortSignal): Promise<Sent> {
    const token = tokens.current();
    // The last look before the call: whoever has waited for a slot may have stood still meanwhile.
    if (token === undefined || refusalOfOwner() !== undefined) {
      slot.release();
      return { outcome: unsent, kind: 'stale-token' };
    }
    return exchange(slot, request, token, signal);
  }

  async function exchange(
    slot: Slot,
    request: UpstreamRequest,
    token: string | undefined,
    signal?: AbortSignal,
    stop = stopped.signal,
  ): Promise<Sent> {
    const startedAt = clock.now();
    const signals = signal === undefined ? [stop] : [stop, signal];
    const answer = await client(request, token, AbortSignal.any(signals), slot.arrived);
    const tookMs = clock.now() - slot.sentAt;
    slot.release();
    // Without a turn of the event loop: after a 429 nobody may take the slot before the pause.
    const outcome = isAmbiguous(answer) ? await explain(answer) : answer;
    const kind = signal?.aborted === true ? 'aborted' : judge(outcome, token);
    observer.onCall(describeCall(request, factsOf(request).shape, outcome, kind, { waitedMs: slot.waitedMs, tookMs }));
    if ('date' in outcome) serverClock.learn(outcome.date, startedAt);
    breaker.observe(kind);
    if (kind === 'too-many' && 'retryAfter' in outcome)
      pacer.pause(slot.sentAt, parseRetryAfter(outcome.retryAfter, clock.wall()));
    if (kind === 'ok') {
      if (token !== undefined) tokens.accept(token);
      answeredAt = clock.now();
      pacer.succeed(slot.sentAt);
    }
    if (kind === 'blocked' && 'status' in outcome)
      return { outcome: { ...outcome, probeInSeconds: breaker.refusal()?.retryAfter }, kind };
    return { outcome, kind };
  }

  function judge(outcome: Outcome, token: string | undefined): OutcomeKind {
    const kind = kindOf(outcome);
    if (kind !== 'unauthorized') return kind;
    if (token === undefined) return 'refused';
    return tokens.refuse(token) ? 'stale-token' : kind;
  }

  return {
    acquire,
    send,
    tokens,
    serverTime: serverClock.at,
    answeredAt: () => answeredAt,
    closedBy: breaker.refusal,
    /** Aborts calls in flight, rejects all who wait, and sends nothing any more. */
    giveUp(reason: unknown): void {
      breaker.stop();
      stopped.abort(reason);
      pacer.refuseAll(reason);
    },
    isScarce: pacer.isScarce,
    freePlaces: pacer.freePlaces,
    expectedWait: pacer.expectedWait,
    overloaded: pacer.overloaded,
    load: (): WireLoad => ({ ...pacer.load(), breaker: breaker.state }),
  };
}

const unsent: Outcome = { kind: 'not-sent', detail: callMessages.tokenBeingRenewed, cause: undefined };
const accountRead: UpstreamRequest = { method: 'GET', path: '/api/v4/account' };
