import type { OutcomeKind } from '../client/outcomes.ts';
import type { BreakerState } from '../pace/breaker.ts';

/** Told of what happens between the service and amoCRM. None of it says whom a call was about. */
export interface Observer {
  /** A call has ended. */
  onCall(report: CallReport): void;
  /** The breaker has changed its state because of a call that ended so. */
  onBreaker(state: BreakerState, reason: OutcomeKind): void;
  /** What an earlier call was to do is sent again. */
  onRetry(method: string, because: RetryReason): void;
  /** One create of unknown fate was looked for among amoCRM's newest. */
  onLook(result: LookResult): void;
  /** The fate of one write is given up as unknown. */
  onUnknown(): void;
}

/** One call to amoCRM. Times are in milliseconds. */
export interface CallReport {
  method: string;
  /** Path below the origin; it holds no ids, as all calls are to lists. */
  path: string;
  /** The list of `/api/v4` that it is to, e.g. `leads/notes`, ids as `{id}`; or `tokens`. */
  entity: string;
  /** The HTTP status; absent where no answer came. */
  status?: number;
  ended: OutcomeKind;
  /** Items of a write, ids of a lookup. */
  items: number;
  waited_ms: number;
  duration_ms: number;
  /** Ids of the first requests that it was made for. */
  reqIds: readonly string[];
}

/**
 * How the earlier call ended; `rest`: it was refused for other items of it or as a whole, and this is what remains or a
 * half; `absent`: its creates were looked for and are not there; `undone`: a late call has undone the update.
 */
export type RetryReason = OutcomeKind | 'rest' | 'absent' | 'undone';

/** `unseen`: amoCRM's newest could not be looked through; `wait`: an equal create is on the wire. */
export const lookResults = ['found', 'absent', 'too-many', 'wait', 'unseen'] as const;
export type LookResult = (typeof lookResults)[number];

export const silentObserver: Observer = { onCall() {}, onBreaker() {}, onRetry() {}, onLook() {}, onUnknown() {} };
