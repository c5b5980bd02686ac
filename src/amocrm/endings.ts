import { type ErrorCode, Problem } from '../errors.ts';
import type { Ending } from './client.ts';

/** What a call was for: repeating a read is harmless, a write with an open end is not. */
export type Purpose = 'read' | 'write';

interface Meaning {
  code: ErrorCode;
  detail: string;
}

const answers: Record<number, Meaning> = {
  401: { code: 'AMOCRM_UNAUTHORIZED', detail: 'amoCRM refused the access token: it is wrong, revoked or expired' },
  402: { code: 'AMOCRM_PAYMENT_REQUIRED', detail: 'amoCRM asks for payment: the account is not paid' },
  429: { code: 'OVERLOADED', detail: 'amoCRM says that there are too many requests' },
};

/** The failure that an unsuccessful end is to the caller of the step. */
export function problemOfEnding(ending: Ending, purpose: Purpose): Problem {
  const { code, detail } = meaningOf(ending, purpose);
  const cause = 'cause' in ending ? ending.cause : undefined;
  return new Problem(code, detail, { cause, ...(code === 'OVERLOADED' ? { retryAfter: 1 } : {}) });
}

function meaningOf(ending: Ending, purpose: Purpose): Meaning {
  if (ending.kind === 'not-sent') return { code: 'AMOCRM_UNAVAILABLE', detail: ending.detail };
  if (purpose === 'write' && isOpen(ending)) {
    return { code: 'OUTCOME_UNKNOWN', detail: `amoCRM may have carried this out: ${nameEnding(ending)}` };
  }
  if (ending.kind === 'timeout') return { code: 'AMOCRM_TIMEOUT', detail: 'amoCRM did not answer in time' };
  if (ending.kind === 'dropped') return { code: 'AMOCRM_UNAVAILABLE', detail: ending.detail };
  if (!('status' in ending)) return { code: 'AMOCRM_ERROR', detail: nameEnding(ending) };
  const known = answers[ending.status];
  if (known !== undefined) return known;
  if (ending.status === 403) return forbidden(ending);
  if (ending.status === 504) return { code: 'AMOCRM_TIMEOUT', detail: "amoCRM's gateway had no answer in time" };
  return { code: 'AMOCRM_ERROR', detail: `${nameEnding(ending)}${upstreamDetail(ending)}` };
}

/** A 403 that is not JSON is amoCRM's gateway: the account or address is blocked, not this one right missing. */
function forbidden(ending: Ending): Meaning {
  return ending.kind === 'json'
    ? { code: 'AMOCRM_FORBIDDEN', detail: `The integration may not do this${upstreamDetail(ending)}` }
    : { code: 'AMOCRM_UNAVAILABLE', detail: 'amoCRM has blocked this integration or address (HTML 403)' };
}

/** Whether the write may have been carried out although no usable answer says so. */
export function isOpen(ending: Ending): boolean {
  if (ending.kind === 'not-sent') return false;
  if (ending.kind === 'timeout' || ending.kind === 'dropped' || ending.kind === 'aborted') return true;
  return ending.status < 300 || ending.status >= 500;
}

function nameEnding(ending: Ending): string {
  if ('status' in ending) return `amoCRM answered ${ending.status} (${ending.kind})`;
  return 'detail' in ending ? ending.detail : `no answer (${ending.kind})`;
}

/** amoCRM's own words of a problem document; they describe the request's form, never a token. */
export function upstreamDetail(ending: Ending): string {
  if (ending.kind !== 'json' || typeof ending.body !== 'object' || ending.body === null) return '';
  const detail = 'detail' in ending.body ? ending.body.detail : undefined;
  return typeof detail === 'string' ? `: ${detail.slice(0, 300)}` : '';
}

/** The body of a successful read; undefined for "nothing". Throws what any other end means. */
export function readAnswer(ending: Ending): unknown {
  if (ending.kind === 'json' && ending.status < 300) return ending.body;
  if (ending.kind === 'nothing' && ending.status < 300) return undefined;
  throw problemOfEnding(ending, 'read');
}
