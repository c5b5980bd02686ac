import type { Outcome } from './client.ts';
import { detailOf, hasValidationErrors, isSwitchedOff, isSystemError } from './rejection.ts';

/** Kinds of outcomes, as far as they differ in what follows. */
export type OutcomeKind =
  | 'ok'
  | 'invalid'
  | 'rejected'
  | 'system-error'
  | 'bad-request'
  | 'unauthorized'
  | 'stale-token'
  | 'unpaid'
  | 'switched-off'
  | 'forbidden'
  | 'blocked'
  | 'too-many'
  | 'redirected'
  | 'refused'
  | 'absent'
  | 'no-route'
  | 'failed'
  | 'failed-otherwise'
  | 'gateway-timeout'
  | 'useless'
  | 'not-sent'
  | 'dropped'
  | 'timeout'
  | 'aborted';

const byStatus: Record<number, OutcomeKind> = {
  401: 'unauthorized',
  402: 'unpaid',
  429: 'too-many',
  500: 'failed',
  502: 'failed',
  503: 'failed',
  504: 'gateway-timeout',
  // Time-outs of proxies before amoCRM: it may still carry the call out.
  522: 'gateway-timeout',
  524: 'gateway-timeout',
  598: 'gateway-timeout',
};

/** The kind of an outcome, which decides what follows; `outcomes.ts` says what. */
export function kindOf(outcome: Outcome): OutcomeKind {
  if (!('status' in outcome)) return outcome.kind;
  const { status } = outcome;
  if (outcome.kind === 'redirect') return 'redirected';
  if (outcome.kind === 'unpermitted') return 'forbidden';
  // "Accepted": the body may be a page, or nothing.
  if (status === 202) return 'ok';
  // Only a 204 means "nothing": another success without a body was lost on its way.
  if (status < 300) return outcome.kind === 'json' || status === 204 ? 'ok' : 'useless';
  if (isSwitchedOff(outcome)) return 'switched-off';
  // A cut answer says too little to stop all calls.
  if (status === 403) return outcome.kind === 'json' || outcome.kind === 'cut' ? 'forbidden' : 'blocked';
  if (hasValidationErrors(outcome)) return 'invalid';
  if (status === 400) return isSystemError(outcome) ? 'system-error' : 'bad-request';
  if (status === 404) return kindOf404(outcome);
  if (status === 422 && outcome.kind === 'json') return 'rejected';
  return byStatus[status] ?? (status >= 500 ? 'failed-otherwise' : 'refused');
}

function kindOf404(outcome: Outcome): OutcomeKind {
  // Seen on live accounts: amoCRM's web router fails for a moment and answers with a page.
  if (outcome.kind === 'page') return 'failed';
  if (outcome.kind !== 'json') return 'refused';
  return /^Cannot [A-Z]+ /.test(detailOf(outcome)) ? 'no-route' : 'absent';
}
