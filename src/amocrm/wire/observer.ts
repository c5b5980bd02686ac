import type { OutcomeKind } from '../client/kind-of.ts';
import type { BreakerState } from '../pace/breaker.ts';

/** Callbacks for what happens between the service and amoCRM. They carry no personal data. */
export interface Observer {
  onCall(report: CallReport): void;
  /** The breaker has changed its state because of a call with this outcome. */
  onBreaker(state: BreakerState, reason: OutcomeKind): void;
  /** Items of an earlier call are sent again. */
  onRetry(method: string, because: RetryReason): void;
  /** One create in doubt was looked for among amoCRM's newest entities. */
  onLook(result: LookResult): void;
  /** One write has become OUTCOME_UNKNOWN. */
  onUnknown(): void;
}

/** One call to amoCRM. Times are in milliseconds. */
export interface CallReport {
  method: string;
  /** Path below the origin, with ids as `{id}`. */
  path: string;
  /** The list below `/api/v4`, e.g. `leads/notes`, with ids as `{id}`; or `tokens`. */
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
 * Why items are sent again: the outcome of the earlier call; `rest`: it was refused because of other items or as a
 * whole, and these are the remaining items or a half; `absent`: its creates were looked for and are not there;
 * `undone`: a late call has undone the update.
 */
export type RetryReason = OutcomeKind | 'rest' | 'absent' | 'undone';

/** `unseen`: the look failed; `wait`: an equal create is in flight. */
export const lookResults = ['found', 'absent', 'too-many', 'wait', 'unseen'] as const;
export type LookResult = (typeof lookResults)[number];

export const silentObserver: Observer = { onCall() {}, onBreaker() {}, onRetry() {}, onLook() {}, onUnknown() {} };
