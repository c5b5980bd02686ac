import { inTurn, type Language } from '../messages/message.ts';
import { serviceMessages } from '../messages/requests.ts';
import { describeError, type ErrorCode } from './catalogue.ts';
import type { ProblemDocument, Written } from './document.ts';
import { formatPath, inDocumentOrder } from './document-order.ts';
import type { Problem } from './problem.ts';

export interface FailedRequest {
  /** Its id; "" where it was rejected before it became a request. */
  id: string;
  /** The Russian name of the route's step. */
  label?: string | undefined;
  body?: unknown;
  written?: readonly Written[] | undefined;
  keyed?: boolean;
}

/** The maximum number of faults in an answer: the first ones of the document. */
export const maxErrors = 50;

/** The problem document of a failure: RFC 9457 with `__step_error__` in the context, which is in Russian always. */
export function makeDocument(problem: Problem, request: FailedRequest, language: Language = 'en'): ProblemDocument {
  const { id, label, body, written = [], keyed = false } = request;
  const faults = inDocumentOrder(problem.faults, body);
  // Of several faults the first in document order decides status and code.
  const code = faults[0]?.code ?? problem.code;
  const { title, sentence, ...described } = describeError(code);
  const status = faults[0] === undefined ? problem.status : described.status;
  const errors = faults.slice(0, maxErrors).map(({ path, message }) => ({
    path: formatPath(path),
    message: message[language],
  }));
  const { context = contextOf(body), ...extensions } = problem.extensions;
  const name = problem.label ?? label;
  return {
    type: 'about:blank',
    title: title[language],
    status,
    code,
    detail: errors.length === 0 ? problem.detail[language] : summarize(errors, faults.length, language),
    instance: id,
    retryable: !problem.isFinal && isRetryable(status, code, { written, keyed }),
    ...(errors.length === 0 ? {} : { errors }),
    ...(written.length === 0 ? {} : { written: [...written] }),
    success: false,
    ...extensions,
    context: { ...context, __step_error__: `AmoCRM${name === undefined ? '' : ` ${name}`}: ${sentence}` },
  };
}

/**
 * Whether sending the same request again can help and cannot do harm. A request that has written something may be sent
 * again only with an Idempotency-Key.
 */
function isRetryable(status: number, code: ErrorCode, { written, keyed }: Sending): boolean {
  if (code === 'IDEMPOTENCY_IN_PROGRESS') return true;
  if (code === 'OUTCOME_UNKNOWN') return keyed;
  const passing = status === 503 || code === 'AMOCRM_TIMEOUT' || code === 'DEADLINE_EXCEEDED';
  return passing && (keyed || written.length === 0);
}

interface Sending {
  written: readonly Written[];
  keyed: boolean;
}

function summarize(errors: readonly { path: string; message: string }[], total: number, language: Language): string {
  const separator = language === 'en' ? ' ' : ': ';
  const shown = errors.slice(0, 3).map(({ path, message }) => (path === '' ? message : path + separator + message));
  return inTurn([...shown, ...(total > 3 ? [serviceMessages.more(total - 3)[language]] : [])]);
}

function contextOf(body: unknown): Record<string, unknown> {
  const context: unknown = Object(body).context;
  return typeof context === 'object' && context !== null && !Array.isArray(context) ? { ...context } : {};
}
