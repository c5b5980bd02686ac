import { callMessages, outcomeMessages } from '../../messages/amocrm.ts';
import { joined, type Message, nothing, verbatim } from '../../messages/message.ts';
import type { ErrorCode } from '../../problems/catalogue.ts';
import { Problem } from '../../problems/problem.ts';
import type { Outcome } from './client.ts';
import { kindOf, type OutcomeKind } from './kind-of.ts';
import { detailOf, withRight } from './rejection.ts';

export interface Sent {
  outcome: Outcome;
  kind: OutcomeKind;
}

interface Policy {
  /** The code of the caller's failure, unless a write is in doubt. */
  code: ErrorCode;
  detail: Message;
  /**
   * What a write does next. `again`: it was certainly not done, so it is sent again, with `later` after a back-off.
   * `halve`: it was refused without naming an item, so each half is sent alone until single items fail. `doubt`: this
   * outcome does not tell whether it was done.
   */
  write: 'accept' | 'refuse named' | 'again' | 'later' | 'halve' | 'fail' | 'doubt';
  /** What a read does next; `later` means after a back-off. */
  read: 'fail' | 'again' | 'later';
  /** Attempts after the first with this outcome in a row. Before each one after a 429 all calls pause. */
  retries: number;
  /** What a write does after that many attempts. */
  spent: 'fail' | 'halve';
  /** For a create in doubt that was looked for and not found: whether it may be sent once more. */
  resendIfAbsent: boolean;
  /** Whether a smaller batch may succeed. */
  isTooLong: boolean;
  /** For the circuit breaker: a failure to reach amoCRM, a block, or a refusal of all calls for a while. */
  breaker: 'reached' | 'unreached' | 'blocked' | 'refused' | 'none';
}

const row = (code: ErrorCode, detail: Message, rules: Partial<Policy> & Pick<Policy, 'write'>): Policy => ({
  code,
  detail,
  read: 'fail',
  retries: 2,
  spent: 'fail',
  resendIfAbsent: false,
  isTooLong: false,
  breaker: 'reached',
  ...rules,
});

const lost = { write: 'doubt', read: 'later', breaker: 'unreached' } as const;

/** The retry policy by outcome. What a socket error says of the request was measured for Node's fetch. */
const policies = {
  ok: row('AMOCRM_ERROR', outcomeMessages.otherAnswer, { write: 'accept' }),
  invalid: row('AMOCRM_REJECTED', outcomeMessages.refusedData, { write: 'refuse named' }),
  rejected: row('AMOCRM_REJECTED', outcomeMessages.refusedData, { write: 'halve' }),
  'system-error': row('AMOCRM_ERROR', outcomeMessages.systemError, { write: 'later', read: 'later', spent: 'halve' }),
  'bad-request': row('AMOCRM_ERROR', outcomeMessages.refusedRequest, { write: 'halve' }),
  unauthorized: row('AMOCRM_UNAUTHORIZED', outcomeMessages.refusedToken, { write: 'fail', breaker: 'refused' }),
  // A newer token exists or can be obtained; `wire.ts` tells this case from the one above.
  'stale-token': row('AMOCRM_UNAUTHORIZED', outcomeMessages.refusedToken, { write: 'again', read: 'again' }),
  unpaid: row('AMOCRM_PAYMENT_REQUIRED', outcomeMessages.unpaid, {
    write: 'fail',
    breaker: 'refused',
  }),
  'switched-off': row('AMOCRM_FORBIDDEN', outcomeMessages.refusedThis, { write: 'fail' }),
  forbidden: row('AMOCRM_FORBIDDEN', outcomeMessages.notAllowed, { write: 'halve' }),
  // A 403 that is not JSON comes from amoCRM's gateway: the account or the address is blocked. A missing right is a
  // JSON 403; where a call needs a right of its own, `wire.ts` asks what a page means.
  blocked: row('AMOCRM_UNAVAILABLE', outcomeMessages.blocked, {
    write: 'fail',
    breaker: 'blocked',
  }),
  'too-many': row('OVERLOADED', outcomeMessages.tooMany, {
    write: 'again',
    read: 'again',
    retries: 5,
  }),
  redirected: row('AMOCRM_ERROR', outcomeMessages.redirected, { write: 'fail', breaker: 'none' }),
  refused: row('AMOCRM_ERROR', outcomeMessages.refusedRequest, { write: 'halve' }),
  // A 404 in JSON: what the path names is not there; see `ReadOptions.mayBeAbsent`.
  absent: row('AMOCRM_ERROR', outcomeMessages.refusedRequest, { write: 'halve' }),
  'no-route': row('AMOCRM_ERROR', outcomeMessages.noMethod, { write: 'fail' }),
  failed: row('AMOCRM_ERROR', outcomeMessages.failed, { ...lost, resendIfAbsent: true }),
  // Nobody says what these tell of a call that was on its way.
  'failed-otherwise': row('AMOCRM_ERROR', outcomeMessages.failed, lost),
  'gateway-timeout': row('AMOCRM_TIMEOUT', outcomeMessages.gatewayTimeout, { ...lost, isTooLong: true }),
  useless: row('AMOCRM_ERROR', outcomeMessages.useless, { ...lost, breaker: 'reached' }),
  'not-sent': row('AMOCRM_UNAVAILABLE', outcomeMessages.notSent, { ...lost, write: 'later' }),
  dropped: row('AMOCRM_UNAVAILABLE', outcomeMessages.dropped, { ...lost, resendIfAbsent: true }),
  timeout: row('AMOCRM_TIMEOUT', outcomeMessages.timeout, lost),
  aborted: row('DEADLINE_EXCEEDED', outcomeMessages.aborted, { write: 'doubt', breaker: 'none' }),
} satisfies Record<OutcomeKind, Policy>;

/** The retry policy for a kind of outcome. */
export function policyOf(kind: OutcomeKind): Policy {
  return policies[kind];
}

/** The caller's failure for an outcome. */
export function problemOfOutcome(outcome: Outcome, kind = kindOf(outcome)): Problem {
  const { code, detail } = policyOf(kind);
  const missing = whatIsMissing(outcome, kind);
  const told = missing === undefined ? detail : callMessages.because(detail, missing);
  const { probeInSeconds = undefined } = 'status' in outcome ? outcome : {};
  const retryAfter = code === 'OVERLOADED' ? 1 : probeInSeconds;
  return new Problem(code, joined([told, particulars(outcome)]), {
    words: verbatim(detailOf(outcome)),
    cause: 'cause' in outcome ? outcome.cause : undefined,
    ...(retryAfter === undefined ? {} : { retryAfter }),
  });
}

function whatIsMissing(outcome: Outcome, kind: OutcomeKind): Message | undefined {
  if (!('asked' in outcome)) return undefined;
  if (kind === 'forbidden') return withRight(outcome);
  return kind === 'switched-off' ? outcome.feature && callMessages.switchedOff(outcome.feature) : undefined;
}

/** The caller's failure for a write in doubt: OUTCOME_UNKNOWN. */
export function unknownOutcome(outcome: Outcome): Problem {
  const reason = joined([policyOf(kindOf(outcome)).detail, particulars(outcome)]);
  const words = verbatim(detailOf(outcome));
  return unknownFate(reason, { words, cause: 'cause' in outcome ? outcome.cause : undefined });
}

/** The same, where the cause is not the outcome of a call. */
export function unknownBecause(cause: unknown): Problem {
  if (!(cause instanceof Problem)) return unknownFate(callMessages.notFollowedUp, { cause });
  return unknownFate(cause.text, { words: cause.words, cause });
}

/** OUTCOME_UNKNOWN for a stated reason. */
export function unknownFate(
  reason: Message,
  options: { words?: Message; cause?: unknown; retryAfter?: number },
): Problem {
  return new Problem('OUTCOME_UNKNOWN', callMessages.maybeDone(reason), options);
}

/** The same, where nobody will ever learn more: the write leaves no trace, and it is not repeated under its key either. */
export function forGood({ code, text, words, cause }: Problem): Problem {
  return new Problem(code, callMessages.notRepeated(text), { words, cause, isFinal: true });
}

/** The details of an outcome, in brackets. */
export function particulars(outcome: Outcome): Message {
  if (outcome.kind === 'redirect') return callMessages.redirectTo(outcome.status, outcome.host);
  if ('detail' in outcome) return callMessages.detail(outcome.detail);
  return 'status' in outcome ? callMessages.status(outcome.status) : nothing;
}

/** Whether amoCRM says that there is nothing: a 204. */
export function isNothing(outcome: Outcome): boolean {
  return outcome.kind === 'nothing' && outcome.status === 204;
}

/**
 * The body of a successful read; undefined for "nothing", and for the kinds of outcome that mean the same here. Throws the
 * failure of any other outcome.
 */
export function readAnswer(outcome: Outcome, asNothing: readonly OutcomeKind[] = []): unknown {
  const kind = kindOf(outcome);
  if (asNothing.includes(kind)) return undefined;
  // A read carries no data of the caller that could be corrected.
  if (kind === 'invalid' || kind === 'rejected') throw problemOfOutcome(outcome, 'bad-request');
  if (kind !== 'ok') throw problemOfOutcome(outcome);
  if (outcome.kind === 'json') return outcome.body;
  // A 202 without JSON is good for a write, but it must not pass for an empty list.
  if (!isNothing(outcome)) throw problemOfOutcome(outcome, 'useless');
  return undefined;
}
