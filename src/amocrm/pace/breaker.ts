import type { Clock } from '../../clock.ts';
import { callMessages } from '../../messages/amocrm.ts';
import { Problem } from '../../problems/problem.ts';
import type { OutcomeKind } from '../client/kind-of.ts';
import { policyOf } from '../client/outcomes.ts';
import { type AddressBlock, type Neighbour, noAddressBlock } from './address-block.ts';

/** The state of the circuit breaker: whether calls are sent, and why not. */
export const breakerStates = ['closed', 'blocked', 'unreachable'] as const;
export type BreakerState = (typeof breakerStates)[number];

/** The state kept across restarts, so that a new process does not call during a block. Wall-clock ms. */
export interface BreakerMemory {
  load(): { state: BreakerState; probeAt: number } | undefined;
  save(state: BreakerState, probeAt: number): void;
}

export interface BreakerOptions {
  clock: Clock;
  memory: BreakerMemory;
  /** Shared by the breakers of all accounts. */
  address?: AddressBlock | undefined;
  /** Sends one small read past the breaker (half-open); resolves to its outcome. */
  probe(): Promise<OutcomeKind>;
  /** Called once on each change, with the failure for those who wait. */
  onChange(state: BreakerState, reason: OutcomeKind, refusal: Problem | undefined): void;
  /** Called when all accounts are refused because the address seems to be blocked. */
  onAddressBlock(refusal: Problem): void;
}

const failuresToOpen = 5;
/** Seconds between probes. Calls prolong a block, so its probes are rare. */
const blockedProbeSeconds = 30;
const firstProbeSeconds = 5;
const lastProbeSeconds = 60;
const refusalSeconds = 5;

/**
 * The circuit breaker: stops all calls after a block, and after five failures in a row to reach amoCRM. While it is
 * open, one probe now and then (half-open) finds out when work can go on. After a 401 or 402 calls fail for five
 * seconds.
 */
export function createBreaker(options: BreakerOptions) {
  const { clock, memory, address = noAddressBlock, probe, onChange } = options;
  let state: BreakerState = 'closed';
  let failures = 0;
  let delaySeconds = firstProbeSeconds;
  let probeAt = 0;
  /** How the call ended that has opened it, or its last probe. */
  let why: OutcomeKind = 'not-sent';
  let cancelProbe = () => {};
  let refusal: { kind: OutcomeKind; until: number } | undefined;
  let isStopped = false;

  const neighbour: Neighbour = {
    probe: tryNow,
    refuse: options.onAddressBlock,
    resume() {
      if (state === 'closed') return;
      // Not all of them at once.
      probeIn(clock.random() * blockedProbeSeconds);
    },
  };
  const leave = address.join(neighbour);

  const remembered = memory.load();
  if (remembered !== undefined && remembered.state !== 'closed') {
    const seconds = (remembered.probeAt - clock.wall()) / clock.second;
    // The wall clock may have been set back meanwhile: the next probe is never later than the longest delay from now.
    open(remembered.state, 'blocked', Math.min(lastProbeSeconds, Math.max(0, seconds)));
  }

  function open(next: 'blocked' | 'unreachable', reason: OutcomeKind, seconds: number): void {
    const changed = state !== next;
    state = next;
    // What is remembered from before a start has no reason.
    why = next === 'blocked' || reason === 'blocked' ? 'not-sent' : reason;
    probeIn(seconds);
    memory.save(state, clock.wall() + seconds * clock.second);
    if (changed) onChange(state, reason, currentRefusal());
  }

  function probeIn(seconds: number): void {
    probeAt = clock.now() + seconds * clock.second;
    cancelProbe();
    cancelProbe = clock.after(seconds * clock.second, () => void tryAgain());
  }

  function close(reason: OutcomeKind): void {
    if (state === 'closed') return;
    state = 'closed';
    cancelProbe();
    delaySeconds = firstProbeSeconds;
    memory.save(state, 0);
    onChange(state, reason, currentRefusal());
  }

  async function tryAgain(): Promise<void> {
    // While the address is blocked one of all accounts is probed.
    if (state !== 'closed' && address.refusal() === undefined) await tryNow();
  }

  /** Whether amoCRM has let the probe in. */
  async function tryNow(): Promise<boolean> {
    // The probe is refused, like all who wait for a slot, when the state changes meanwhile.
    const ended = await probe().catch(() => 'not-sent' as const);
    if (isStopped) return false;
    const { breaker } = policyOf(ended);
    if (breaker === 'blocked') open('blocked', ended, blockedProbeSeconds);
    else if (breaker === 'unreached' || ended === 'too-many') again(ended);
    else {
      failures = 0;
      close(ended);
      note(ended);
      return true;
    }
    return ended === 'too-many';
  }

  function again(ended: OutcomeKind): void {
    // Another call has succeeded and closed the breaker meanwhile; that is newer than this probe.
    if (state === 'closed') return;
    delaySeconds = Math.min(lastProbeSeconds, delaySeconds * 2);
    open(
      state === 'blocked' ? 'blocked' : 'unreachable',
      ended,
      state === 'blocked' ? blockedProbeSeconds : delaySeconds,
    );
  }

  function note(ended: OutcomeKind): void {
    if (policyOf(ended).breaker === 'refused') {
      refusal = { kind: ended, until: clock.now() + refusalSeconds * clock.second };
    }
  }

  function currentRefusal(): Problem | undefined {
    const ofAll = address.refusal();
    if (ofAll !== undefined) return ofAll;
    if (state !== 'closed') {
      const { code } = policyOf(state === 'blocked' ? 'blocked' : 'not-sent');
      const { detail } = policyOf(state === 'blocked' ? 'blocked' : why);
      const seconds = Math.max(1, Math.ceil((probeAt - clock.now()) / clock.second));
      return new Problem(code, callMessages.untilProbe(detail), { retryAfter: seconds });
    }
    if (refusal === undefined || clock.now() >= refusal.until) return undefined;
    const { code, detail } = policyOf(refusal.kind);
    return new Problem(code, detail);
  }

  return {
    /** The failure with which calls are refused now; undefined when they may be sent. */
    refusal: currentRefusal,
    /** Takes the outcome of a call into account. */
    observe(ended: OutcomeKind): void {
      const { breaker } = policyOf(ended);
      if (isStopped || breaker === 'none') return;
      note(ended);
      if (breaker === 'blocked' && state !== 'blocked') {
        address.report(neighbour);
        open('blocked', ended, blockedProbeSeconds);
        return;
      }
      failures = breaker === 'unreached' ? failures + 1 : 0;
      if (failures >= failuresToOpen && state === 'closed') open('unreachable', ended, firstProbeSeconds);
      // A call that was in flight when the breaker opened has succeeded: amoCRM is back.
      else if (ended === 'ok' && state === 'unreachable') close(ended);
    },
    /** Probes no more, and leaves what is remembered as it is for the next process. */
    stop(): void {
      isStopped = true;
      leave();
      cancelProbe();
    },
    get state(): BreakerState {
      return address.refusal() === undefined ? state : 'blocked';
    },
  };
}
