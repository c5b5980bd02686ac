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
  detail: string;
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

const row = (code: ErrorCode, detail: string, rules: Partial<Policy> & Pick<Policy, 'write'>): Policy => ({
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

const refusedToken =
  'amoCRM refused the access token: it is wrong, revoked or expired; give the service a new one in its settings';
const lost = { write: 'doubt', read: 'later', breaker: 'unreached' } as const;

/** The retry policy by outcome. What a socket error says of the request was measured for Node's fetch. */
const policies = {
  ok: row('AMOCRM_ERROR', 'amoCRM’s answer is not what was asked for', { write: 'accept' }),
  invalid: row('AMOCRM_REJECTED', 'amoCRM refused the data', { write: 'refuse named' }),
  rejected: row('AMOCRM_REJECTED', 'amoCRM refused the data', { write: 'halve' }),
  'system-error': row('AMOCRM_ERROR', 'amoCRM had a system error', { write: 'later', read: 'later', spent: 'halve' }),
  'bad-request': row('AMOCRM_ERROR', 'amoCRM refused the request', { write: 'halve' }),
  unauthorized: row('AMOCRM_UNAUTHORIZED', refusedToken, { write: 'fail', breaker: 'refused' }),
  // A newer token exists or can be obtained; `wire.ts` tells this case from the one above.
  'stale-token': row('AMOCRM_UNAUTHORIZED', refusedToken, { write: 'again', read: 'again' }),
  unpaid: row('AMOCRM_PAYMENT_REQUIRED', 'amoCRM asks for payment: the account is not paid', {
    write: 'fail',
    breaker: 'refused',
  }),
  'switched-off': row('AMOCRM_FORBIDDEN', 'amoCRM refused this', { write: 'fail' }),
  forbidden: row('AMOCRM_FORBIDDEN', 'The integration may not do this', { write: 'halve' }),
  // A 403 that is not JSON comes from amoCRM's gateway: the account or the address is blocked. A missing right is a
  // JSON 403; where a call needs a right of its own, `wire.ts` asks what a page means.
  blocked: row('AMOCRM_UNAVAILABLE', 'amoCRM has blocked this integration or address', {
    write: 'fail',
    breaker: 'blocked',
  }),
  'too-many': row('OVERLOADED', 'amoCRM keeps saying that there are too many requests', {
    write: 'again',
    read: 'again',
    retries: 5,
  }),
  redirected: row('AMOCRM_ERROR', 'amoCRM redirects to another address', { write: 'fail', breaker: 'none' }),
  refused: row('AMOCRM_ERROR', 'amoCRM refused the request', { write: 'halve' }),
  // A 404 in JSON: what the path names is not there; see `ReadOptions.mayBeAbsent`.
  absent: row('AMOCRM_ERROR', 'amoCRM refused the request', { write: 'halve' }),
  'no-route': row('AMOCRM_ERROR', 'amoCRM does not have this method', { write: 'fail' }),
  failed: row('AMOCRM_ERROR', 'amoCRM failed', { ...lost, resendIfAbsent: true }),
  'gateway-timeout': row('AMOCRM_TIMEOUT', 'amoCRM’s gateway had no answer in time', { ...lost, isTooLong: true }),
  useless: row('AMOCRM_ERROR', 'amoCRM’s answer is cut or no JSON', { ...lost, breaker: 'reached' }),
  'not-sent': row('AMOCRM_UNAVAILABLE', 'amoCRM cannot be reached', { ...lost, write: 'later' }),
  dropped: row('AMOCRM_UNAVAILABLE', 'The connection to amoCRM broke', { ...lost, resendIfAbsent: true }),
  timeout: row('AMOCRM_TIMEOUT', 'amoCRM did not answer in time', lost),
  aborted: row('DEADLINE_EXCEEDED', 'The call was given up', { write: 'doubt', breaker: 'none' }),
} satisfies Record<OutcomeKind, Policy>;

/** The retry policy for a kind of outcome. */
export function policyOf(kind: OutcomeKind): Policy {
  return policies[kind];
}

/** The caller's failure for an outcome. */
export function problemOfOutcome(outcome: Outcome, kind = kindOf(outcome)): Problem {
  const { code, detail } = policyOf(kind);
  return new Problem(code, `${detail}${whatIsMissing(outcome, kind)}${particulars(outcome)}`, {
    words: detailOf(outcome),
    cause: 'cause' in outcome ? outcome.cause : undefined,
    ...(code === 'OVERLOADED' ? { retryAfter: 1 } : {}),
  });
}

function whatIsMissing(outcome: Outcome, kind: OutcomeKind): string {
  if (!('asked' in outcome)) return '';
  if (kind === 'forbidden') return `: ${withRight(outcome)}`;
  return kind === 'switched-off' ? `: ${outcome.feature} are switched off in this account` : '';
}

/** The caller's failure for a write in doubt: OUTCOME_UNKNOWN. */
export function unknownOutcome(outcome: Outcome): Problem {
  const reason = `${policyOf(kindOf(outcome)).detail}${particulars(outcome)}`;
  return unknownFate(reason, { words: detailOf(outcome), cause: 'cause' in outcome ? outcome.cause : undefined });
}

/** The same, where the cause is not the outcome of a call. */
export function unknownBecause(cause: unknown): Problem {
  if (!(cause instanceof Problem)) return unknownFate('the request could not be followed up', { cause });
  return unknownFate(cause.message, { words: cause.words, cause });
}

/** OUTCOME_UNKNOWN for a stated reason. */
export function unknownFate(
  reason: string,
  options: { words?: string; cause?: unknown; retryAfter?: number },
): Problem {
  return new Problem('OUTCOME_UNKNOWN', `amoCRM may have carried this out: ${reason}`, options);
}

/** The same, where nobody will ever learn more: the write leaves no trace, and it is not repeated under its key either. */
export function forGood({ code, message, words, cause }: Problem): Problem {
  return new Problem(code, `${message}; it leaves no trace, so it is not repeated`, { words, cause, isFinal: true });
}

/** The details of an outcome, in brackets. */
export function particulars(outcome: Outcome): string {
  if (outcome.kind === 'redirect')
    return ` (HTTP ${outcome.status} to ${outcome.host}): set AMO_BASE_URL to the account’s own address`;
  if ('detail' in outcome) return ` (${outcome.detail})`;
  return 'status' in outcome ? ` (HTTP ${outcome.status})` : '';
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
  // A 202 with a page is good for a write, but it must not pass for an empty list.
  if (outcome.kind !== 'nothing') throw problemOfOutcome(outcome, 'useless');
  return undefined;
}
