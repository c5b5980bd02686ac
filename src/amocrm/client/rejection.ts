import { Type } from 'typebox';
import { Compile } from 'typebox/compile';
import { Problem } from '../../problems/problem.ts';
import type { Ending } from './client.ts';

const ItemErrors = Type.Array(
  Type.Object({
    code: Type.Union([Type.String(), Type.Number()]),
    path: Type.Optional(Type.String()),
    detail: Type.Optional(Type.String()),
  }),
);
const refusal = Compile(
  Type.Object({
    'validation-errors': Type.Array(
      Type.Object({ request_id: Type.Union([Type.String(), Type.Number()]), errors: ItemErrors }),
    ),
  }),
);
const legacyErrors = Compile(Type.Object({ errors: ItemErrors }));

export interface ItemError {
  code: string | number;
  path?: string;
  detail?: string;
}

/**
 * amoCRM's verdicts on the items of one request by `request_id`; undefined when the answer is no such refusal.
 * Source: developers' reference, error codes (`validation-errors`).
 */
export function readRejection(ending: Ending): Map<string, ItemError[]> | undefined {
  if (ending.kind !== 'json' || ending.status !== 400 || !refusal.Check(ending.body)) return undefined;
  return new Map(ending.body['validation-errors'].map(({ request_id, errors }) => [String(request_id), errors]));
}

export function hasValidationErrors(ending: Ending): boolean {
  return readRejection(ending) !== undefined;
}

/** amoCRM's passing failure behind a 400; the same request succeeds a moment later. */
export function isSystemError(ending: Ending): boolean {
  return /системная ошибка/i.test(detailOf(ending));
}

/** amoCRM's old numeric codes, which come in a 400 without `validation-errors`: 244 no rights, 226 entity is gone. */
export function legacyProblem(ending: Ending): Problem | undefined {
  if (ending.kind !== 'json' || ending.status !== 400) return undefined;
  const detail = detailOf(ending);
  const codes = legacyErrors.Check(ending.body) ? ending.body.errors.map(({ code }) => Number(code)) : [];
  if (codes.includes(244) || /(?<!\d)244(?!\d)/.test(detail)) {
    return new Problem('AMOCRM_FORBIDDEN', `The integration may not do this: ${ending.asked}`, { words: detail });
  }
  if (codes.includes(226))
    return new Problem('ENTITY_NOT_FOUND', 'The entity is deleted or not available', { words: detail });
  return undefined;
}

/** amoCRM's own words of a problem document; they describe the request's form, never a token. */
export function detailOf(ending: Ending): string {
  if (ending.kind !== 'json' || typeof ending.body !== 'object' || ending.body === null) return '';
  const detail = 'detail' in ending.body ? ending.body.detail : undefined;
  return typeof detail === 'string' ? detail.slice(0, 300) : '';
}
