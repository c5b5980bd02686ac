import { type ErrorCode, errorCodes } from '../../problems/catalogue.ts';
import { steps } from '../../steps/index.ts';

/** Codes of requests that are refused whatever the route. */
export const turnedAway: readonly ErrorCode[] = ['HOST_NOT_ALLOWED', 'ORIGIN_NOT_ALLOWED'];

/** Codes of the routes about the service itself that need a key. */
export const serviceFailures: readonly ErrorCode[] = [
  ...turnedAway,
  'UNAUTHORIZED',
  'KEY_NOT_ALLOWED',
  'INTERNAL_ERROR',
  'SHUTTING_DOWN',
];

/** Codes of the routes that manage accounts and keys. NOT_FOUND: this service has one account alone. */
export const adminFailures: readonly ErrorCode[] = [...serviceFailures, 'NOT_FOUND', 'OVERLOADED'];

/** Codes of the routes that belong to an account. */
export const accountFailures: readonly ErrorCode[] = [...serviceFailures, 'ACCOUNT_NOT_FOUND', 'ACCOUNT_DISABLED'];

/** Codes that any step may end with. */
export const stepFailures: readonly ErrorCode[] = [
  ...accountFailures,
  'INVALID_REQUEST',
  'REQUEST_TIMEOUT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDEMPOTENCY_IN_PROGRESS',
  'ACCOUNT_CHANGED',
  'TEMPLATE_UNRESOLVED',
  'CONTEXT_TOO_LARGE',
  'IDEMPOTENCY_KEY_REUSED',
  'AMOCRM_UNAUTHORIZED',
  'AMOCRM_FORBIDDEN',
  'AMOCRM_PAYMENT_REQUIRED',
  'AMOCRM_ERROR',
  'AMOCRM_UNAVAILABLE',
  'OVERLOADED',
  'AMOCRM_TIMEOUT',
  'DEADLINE_EXCEEDED',
];

/** Codes of the routes about jobs, and of those that change one. */
export const jobFailures: readonly ErrorCode[] = [...accountFailures, 'INVALID_REQUEST', 'OVERLOADED'];
export const jobChangeFailures: readonly ErrorCode[] = [
  ...jobFailures,
  'NOT_FOUND',
  'JOB_STATE',
  'REQUEST_TIMEOUT',
  'PAYLOAD_TOO_LARGE',
  'UNSUPPORTED_MEDIA_TYPE',
  'IDEMPOTENCY_IN_PROGRESS',
  'IDEMPOTENCY_KEY_REUSED',
];

/** Codes of a scenario beyond those: its own, and what only some steps may end with. */
export const scenarioFailures = beyondCommon([...steps.flatMap((step) => step.failures), 'SCENARIO_TOO_LONG']);

/** Those among the codes that not every step has, each once, in the order of the catalogue. */
export function beyondCommon(codes: readonly ErrorCode[]): ErrorCode[] {
  return errorCodes.filter((code) => codes.includes(code) && !stepFailures.includes(code));
}
