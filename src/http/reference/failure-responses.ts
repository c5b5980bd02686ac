import { Type } from 'typebox';
import { describeError, type ErrorCode, errorCodes } from '../../problems/catalogue.ts';
import { explainCode } from '../../problems/document.ts';
import { fieldFailures, writeFailures } from '../../steps/define-step.ts';
import { problemType } from '../problem-replies.ts';
import { failureExample } from './failure-examples.ts';

/** Codes of requests that are refused whatever the route. */
export const turnedAway: readonly ErrorCode[] = ['HOST_NOT_ALLOWED', 'ORIGIN_NOT_ALLOWED'];
/** Codes of routes that need a key. */
export const refusedAccess: readonly ErrorCode[] = [...turnedAway, 'UNAUTHORIZED', 'KEY_NOT_ALLOWED'];

/** Codes that any step may end with. */
export const stepFailures: readonly ErrorCode[] = [
  'INVALID_REQUEST',
  ...refusedAccess,
  'REQUEST_TIMEOUT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDEMPOTENCY_IN_PROGRESS',
  'TEMPLATE_UNRESOLVED',
  'CONTEXT_TOO_LARGE',
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
export function failures(codes: readonly ErrorCode[], status?: number): Record<number, unknown> {
  const unique = errorCodes.filter((code) => codes.includes(code));
  const byStatus = Map.groupBy(unique, (code) => status ?? describeError(code).status);
  return Object.fromEntries([...byStatus].sort(([a], [b]) => a - b).map(([key, group]) => [key, failure(key, group)]));
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

function failure(status: number, codes: readonly ErrorCode[]) {
  const examples = codes.map((code) => [code, { value: failureExample(status, code) }]);
  return {
    description: codes.map(explainCode).join(' '),
    ...(headers[status] === undefined ? {} : { headers: headers[status] }),
    content: { [problemType]: { schema: Type.Ref('Problem'), examples: Object.fromEntries(examples) } },
  };
}

/** Groups of failures that many routes share. */
const shared: readonly [name: string, codes: readonly ErrorCode[]][] = [
  ['Step', stepFailures],
  ['Write', [...stepFailures, ...writeFailures]],
  ['FieldWrite', [...stepFailures, ...fieldFailures, ...writeFailures]],
];

/** The component name of the response with these codes; undefined for one that only one route has. */
export function nameOfResponse(status: number, codes: readonly string[]): string | undefined {
  const [name] =
    shared.find(([, all]) =>
      isSame(
        codes,
        all.filter((code) => describeError(code).status === status),
      ),
    ) ?? [];
  return name === undefined ? undefined : `${name}${status}`;
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((code) => others.includes(code));
}
