import { accessMessages } from '../../messages/access.ts';
import { jobMessages } from '../../messages/jobs.ts';
import { verbatim } from '../../messages/message.ts';
import { paramMessages } from '../../messages/params.ts';
import { describeError, type ErrorCode } from '../../problems/catalogue.ts';
import type { ProblemDocument } from '../../problems/document.ts';
import { makeDocument } from '../../problems/make-document.ts';
import { Problem } from '../../problems/problem.ts';

/** A failure with this code, as a step that finds a contact answers it. */
export function failureExample(status: number, code: ErrorCode): ProblemDocument {
  const message = paramMessages.unknownParamNear('output_var');
  const faults = code === 'INVALID_REQUEST' ? [{ path: ['params', 'outputvar'], message, code }] : [];
  const problem = new Problem(code, verbatim(details[code] ?? describeError(code).title.en), { status, faults });
  return makeDocument(problem, { id: 'req-1f', label: 'поиск контакта' });
}

const details: Partial<Record<ErrorCode, string>> = {
  UNAUTHORIZED: 'Send the key as Authorization: Bearer <key> or X-API-Key',
  ACCOUNT_NOT_FOUND: 'This key has no account "stuido"; did you mean "studio"?',
  ACCOUNT_DISABLED: 'The account is switched off: see PUT /accounts/{id}',
  ACCOUNT_IN_USE: 'It has 2 open jobs; with ?force=true they go with it',
  ENTITY_NOT_FOUND: 'amoCRM has no contacts with the id 404',
  REQUEST_TIMEOUT: 'The request did not come in time',
  PAYLOAD_TOO_LARGE: 'The body is larger than 1048576 bytes (1 MiB): send less at once',
  UNSUPPORTED_MEDIA_TYPE: 'The body must be not compressed (gzip)',
  TEMPLATE_UNRESOLVED: "{user_name} at position 0 has no value in the context: pass it there, or write {name || ''}",
  CONTEXT_TOO_LARGE: 'Templates take more than 1048576 bytes from the context',
  SCENARIO_TOO_LONG: 'More than 200 steps were executed',
  UNKNOWN_FIELD: 'contacts have no field "Источн"; did you mean "Источник"?',
  UNKNOWN_OPTION: '"Источник" has no option "Телега"; did you mean "Telegram"? Options: "Telegram", "Сайт"',
  INVALID_FIELD_VALUE: '"Бюджет" (numeric) takes a number, not "12,5"',
  AMBIGUOUS_FIELD: 'Several fields of contacts are named "Город"; use an id: 123470, 123471',
  AMOCRM_REJECTED: 'The value you selected is not a valid choice. (NotSupportedChoice)',
  IDEMPOTENCY_IN_PROGRESS: 'The request with this Idempotency-Key is being worked on',
  ACCOUNT_CHANGED: jobMessages.acceptedFor('https://studio.amocrm.ru', 'https://atelier.amocrm.ru').en,
  IDEMPOTENCY_KEY_REUSED: accessMessages.keyReused.en,
  JOB_STATE: 'Only a job that waits can be cancelled; this one is running',
  NOT_FOUND: 'You have no job "5f1f7a4e"; GET /jobs lists them',
  INTERNAL_ERROR: 'An unexpected failure; the log has it under the request’s id',
  AMOCRM_UNAUTHORIZED: 'amoCRM refused the access token: it is wrong, revoked or expired',
  AMOCRM_FORBIDDEN: 'The integration may not do this',
  AMOCRM_PAYMENT_REQUIRED: 'amoCRM asks for payment: the account is not paid',
  AMOCRM_ERROR: 'amoCRM failed',
  AMOCRM_UNAVAILABLE: 'amoCRM cannot be reached',
  OVERLOADED: 'Too much work waits for amoCRM’s limit',
  DEADLINE_EXCEEDED: 'Not done within 30000 ms',
  OUTCOME_UNKNOWN: 'amoCRM may have carried this out: amoCRM did not answer in time',
};
