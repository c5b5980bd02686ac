import type { ErrorCode } from '../../problems/catalogue.ts';
import { Problem } from '../../problems/problem.ts';
import type { Outcome } from './client.ts';
import { detailOf, hasValidationErrors, isSystemError } from './rejection.ts';

/** Ways in which a call can end, as far as they differ in what follows. */
export type OutcomeKind =
  | 'ok'
  | 'invalid'
  | 'system-error'
  | 'bad-request'
  | 'unauthorized'
  | 'stale-token'
  | 'unpaid'
  | 'forbidden'
  | 'blocked'
  | 'too-many'
  | 'refused'
  | 'failed'
  | 'gateway-timeout'
  | 'useless'
  | 'not-sent'
  | 'dropped'
  | 'timeout'
  | 'aborted';

/** One call that has ended. */
export interface Sent {
  outcome: Outcome;
  kind: OutcomeKind;
}

interface Meaning {
  /** Whether a write has been carried out; `open`: nobody can tell from this end. */
  done: 'yes' | 'no' | 'open';
  /** An open create that was looked for and is not there: whether it may be sent once more. */
  resendIfAbsent: boolean;
  /** Whether a read is worth another try. */
  retryRead: boolean;
  /** Whether it counts as a failure to reach amoCRM. */
  unreached: boolean;
  /** The failure that it is to the caller, unless a write is open. */
  code: ErrorCode;
  detail: string;
}

const row = (
  done: Meaning['done'],
  code: ErrorCode,
  detail: string,
  { resendIfAbsent = false, retryRead = false, unreached = false } = {},
): Meaning => ({ done, code, detail, resendIfAbsent, retryRead, unreached });

const refusedToken =
  'amoCRM refused the access token: it is wrong, revoked or expired; give the service a new one in its settings';

/** What each end means. Measured for Node's fetch: what a socket error says of what the server has seen. */
export const meanings: Record<OutcomeKind, Meaning> = {
  ok: row('yes', 'AMOCRM_ERROR', 'amoCRM’s answer is not what was asked for'),
  invalid: row('no', 'AMOCRM_REJECTED', 'amoCRM refused the data'),
  'system-error': row('no', 'AMOCRM_ERROR', 'amoCRM had a system error', { retryRead: true }),
  'bad-request': row('no', 'AMOCRM_ERROR', 'amoCRM refused the request'),
  unauthorized: row('no', 'AMOCRM_UNAUTHORIZED', refusedToken),
  // A newer token is there or can be had; `wire.ts` tells this from the row above.
  'stale-token': row('no', 'AMOCRM_UNAUTHORIZED', refusedToken),
  unpaid: row('no', 'AMOCRM_PAYMENT_REQUIRED', 'amoCRM asks for payment: the account is not paid'),
  forbidden: row('no', 'AMOCRM_FORBIDDEN', 'The integration may not do this'),
  // A 403 that is not JSON comes from amoCRM's gateway: the account or address is blocked, not one right missing.
  blocked: row('no', 'AMOCRM_UNAVAILABLE', 'amoCRM has blocked this integration or address'),
  'too-many': row('no', 'OVERLOADED', 'amoCRM keeps saying that there are too many requests', { retryRead: true }),
  refused: row('no', 'AMOCRM_ERROR', 'amoCRM refused the request'),
  failed: row('open', 'AMOCRM_ERROR', 'amoCRM failed', { resendIfAbsent: true, retryRead: true, unreached: true }),
  'gateway-timeout': row('open', 'AMOCRM_TIMEOUT', 'amoCRM’s gateway had no answer in time', {
    retryRead: true,
    unreached: true,
  }),
  useless: row('open', 'AMOCRM_ERROR', 'amoCRM’s answer is cut or no JSON', { retryRead: true }),
  'not-sent': row('no', 'AMOCRM_UNAVAILABLE', 'amoCRM cannot be reached', { retryRead: true, unreached: true }),
  dropped: row('open', 'AMOCRM_UNAVAILABLE', 'The connection to amoCRM broke', {
    resendIfAbsent: true,
    retryRead: true,
    unreached: true,
  }),
  timeout: row('open', 'AMOCRM_TIMEOUT', 'amoCRM did not answer in time', { retryRead: true, unreached: true }),
  aborted: row('open', 'DEADLINE_EXCEEDED', 'The call was given up'),
};

/**
 * How often a call that ended so is made again at most. Before each try after a 429 all calls pause, ever longer. A new
 * token that is refused at once ends a call; it takes several revoked in a row to come to more than one retry.
 */
export function maxRetries(kind: OutcomeKind): number {
  return kind === 'too-many' ? 5 : 2;
}

const byStatus: Record<number, OutcomeKind> = {
  401: 'unauthorized',
  402: 'unpaid',
  429: 'too-many',
  504: 'gateway-timeout',
};

export function kindOf(outcome: Outcome): OutcomeKind {
  if (!('status' in outcome)) return outcome.kind;
  const { status } = outcome;
  if (status < 300) return outcome.kind === 'json' || outcome.kind === 'nothing' ? 'ok' : 'useless';
  if (status === 403) return outcome.kind === 'json' ? 'forbidden' : 'blocked';
  if (status === 400 && hasValidationErrors(outcome)) return 'invalid';
  if (status === 400) return isSystemError(outcome) ? 'system-error' : 'bad-request';
  return byStatus[status] ?? (status >= 500 ? 'failed' : 'refused');
}

/** The failure that an end is to the caller. */
export function problemOfOutcome(outcome: Outcome, kind = kindOf(outcome)): Problem {
  const { code, detail } = meanings[kind];
  const what = code === 'AMOCRM_FORBIDDEN' && 'asked' in outcome ? `: ${outcome.asked}` : '';
  return new Problem(code, `${detail}${what}${particulars(outcome)}`, {
    words: detailOf(outcome),
    cause: 'cause' in outcome ? outcome.cause : undefined,
    ...(code === 'OVERLOADED' ? { retryAfter: 1 } : {}),
  });
}

/** The failure of a write that may or may not have happened. */
export function unknownOutcome(outcome: Outcome): Problem {
  const reason = `${meanings[kindOf(outcome)].detail}${particulars(outcome)}`;
  return unknownFate(reason, { words: detailOf(outcome), cause: 'cause' in outcome ? outcome.cause : undefined });
}

/** The same, where something else than the end of a call leaves the fate open. */
export function unknownBecause(cause: unknown): Problem {
  if (!(cause instanceof Problem)) return unknownFate('the request could not be followed up', { cause });
  return unknownFate(cause.message, { words: cause.words, cause });
}

export function unknownFate(
  reason: string,
  options: { words?: string; cause?: unknown; retryAfter?: number },
): Problem {
  return new Problem('OUTCOME_UNKNOWN', `amoCRM may have carried this out: ${reason}`, options);
}

/** What is known of how a call ended, in brackets. */
export function particulars(outcome: Outcome): string {
  if ('detail' in outcome) return ` (${outcome.detail})`;
  return 'status' in outcome ? ` (HTTP ${outcome.status})` : '';
}

/** The body of a successful read; undefined for "nothing". Throws what any other end means. */
export function readAnswer(outcome: Outcome): unknown {
  const kind = kindOf(outcome);
  // There is nothing of the caller's in a read that could be put right.
  if (kind === 'invalid') throw problemOfOutcome(outcome, 'bad-request');
  if (kind !== 'ok') throw problemOfOutcome(outcome);
  return outcome.kind === 'json' ? outcome.body : undefined;
}
