import { Type } from 'typebox';
import { describeError, type ErrorCode } from '../../problems/catalogue.ts';
import { explainCode } from '../../problems/document.ts';
import { problemType } from '../problem-replies.ts';
import { failureExample } from './failure-examples.ts';

/** Codes that any step may end with. */
export const stepFailures: readonly ErrorCode[] = [
  'INVALID_REQUEST',
  'UNAUTHORIZED',
  'REQUEST_TIMEOUT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDEMPOTENCY_IN_PROGRESS',
  'IDEMPOTENCY_KEY_REUSED',
  'INTERNAL_ERROR',
  'AMOCRM_UNAUTHORIZED',
  'AMOCRM_FORBIDDEN',
  'AMOCRM_PAYMENT_REQUIRED',
  'AMOCRM_ERROR',
  'AMOCRM_UNAVAILABLE',
  'OVERLOADED',
  'SHUTTING_DOWN',
  'AMOCRM_TIMEOUT',
  'DEADLINE_EXCEEDED',
];

/** Response schemas of failures: one for each status, with an example of each code. `status` overrides the codes' own. */
export function failures(codes: readonly ErrorCode[], status?: number, label?: string): Record<number, unknown> {
  const byStatus = Map.groupBy(codes, (code) => status ?? describeError(code).status);
  return Object.fromEntries(
    [...byStatus].sort(([a], [b]) => a - b).map(([key, group]) => [key, failure(key, group, label)]),
  );
}

const retryAfter = {
  type: 'integer',
  minimum: 1,
  description: 'Seconds after which to send the request again.',
  examples: [5],
};

const headers: Record<number, Record<string, object>> = {
  401: {
    'WWW-Authenticate': {
      type: 'string',
      description: 'How to show a key.',
      examples: ['Bearer realm="amocrm-steps"'],
    },
  },
  409: { 'Retry-After': retryAfter },
  503: { 'Retry-After': retryAfter },
};

function failure(status: number, codes: readonly ErrorCode[], label: string | undefined) {
  const examples = codes.map((code) => [code, { value: failureExample(status, code, label) }]);
  return {
    description: codes.map(explainCode).join(' '),
    ...(headers[status] === undefined ? {} : { headers: headers[status] }),
    content: { [problemType]: { schema: Type.Ref('Problem'), examples: Object.fromEntries(examples) } },
  };
}
