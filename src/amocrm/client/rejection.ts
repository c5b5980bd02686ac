import { Type } from 'typebox';
import { Problem } from '../../problems/problem.ts';
import { checkOf } from '../../schemas/check.ts';
import type { Outcome } from './client.ts';

const ItemErrors = Type.Array(
  Type.Object({
    code: Type.Union([Type.String(), Type.Number()]),
    path: Type.Optional(Type.String()),
    detail: Type.Optional(Type.String()),
  }),
);
const refusal = checkOf(
  Type.Object({
    'validation-errors': Type.Array(
      Type.Object({ request_id: Type.Union([Type.String(), Type.Number()]), errors: ItemErrors }),
    ),
  }),
);
const legacyErrors = checkOf(Type.Object({ errors: ItemErrors }));

export interface ItemError {
  code: string | number;
  path?: string;
  detail?: string;
}

/**
 * amoCRM's `validation-errors` by `request_id`; undefined when the answer is no such refusal. Source: developers'
 * reference, error codes.
 */
export function readRejection(outcome: Outcome): Map<string, ItemError[]> | undefined {
  if (outcome.kind !== 'json' || outcome.status !== 400 || !refusal.accepts(outcome.body)) return undefined;
  return new Map(outcome.body['validation-errors'].map(({ request_id, errors }) => [String(request_id), errors]));
}

/** Whether amoCRM refused named items (HTTP 400 with `validation-errors`). */
export function hasValidationErrors(outcome: Outcome): boolean {
  return readRejection(outcome) !== undefined;
}

/** Whether a 400 is amoCRM's transient failure: the same request succeeds a moment later. */
export function isSystemError(outcome: Outcome): boolean {
  return /системная ошибка/i.test(detailOf(outcome));
}

/** amoCRM's old numeric codes, which come in a 400 without `validation-errors`: 244 no rights, 226 entity is gone. */
export function legacyProblem(outcome: Outcome): Problem | undefined {
  if (outcome.kind !== 'json' || outcome.status !== 400) return undefined;
  const detail = detailOf(outcome);
  const codes = legacyErrors.accepts(outcome.body) ? outcome.body.errors.map(({ code }) => Number(code)) : [];
  if (codes.includes(244) || /(?<!\d)244(?!\d)/.test(detail)) {
    return new Problem('AMOCRM_FORBIDDEN', `The integration may not do this: ${outcome.asked}`, { words: detail });
  }
  if (codes.includes(226))
    return new Problem('ENTITY_NOT_FOUND', 'The entity is deleted or not available', { words: detail });
  return undefined;
}

/** amoCRM's own text from its problem document; it describes the form of the request and never holds a token. */
export function detailOf(outcome: Outcome): string {
  if (outcome.kind !== 'json' || typeof outcome.body !== 'object' || outcome.body === null) return '';
  const detail = 'detail' in outcome.body ? outcome.body.detail : undefined;
  return typeof detail === 'string' ? detail.slice(0, 300) : '';
}
