import { Type } from 'typebox';
import { callMessages, outcomeMessages } from '../../messages/amocrm.ts';
import { type Message, verbatim } from '../../messages/message.ts';
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
const legacy = checkOf(
  Type.Object({
    code: Type.Optional(Type.Union([Type.String(), Type.Number()])),
    errors: Type.Optional(ItemErrors),
  }),
);

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
  if (outcome.kind !== 'json' || ![400, 422].includes(outcome.status)) return undefined;
  if (!refusal.accepts(outcome.body)) return undefined;
  return new Map(outcome.body['validation-errors'].map(({ request_id, errors }) => [String(request_id), errors]));
}

/** Whether amoCRM refused named items (HTTP 400, or 422, with `validation-errors`). */
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
  const words = detailOf(outcome);
  const codes = legacyCodes(outcome.body);
  if (codes.includes(244) || /(?<!\d)244(?!\d)/.test(words)) {
    const detail = callMessages.because(outcomeMessages.notAllowed, withRight(outcome));
    return new Problem('AMOCRM_FORBIDDEN', detail, { words: verbatim(words) });
  }
  if (codes.includes(226)) return new Problem('ENTITY_NOT_FOUND', callMessages.deleted, { words: verbatim(words) });
  return undefined;
}

/**
 * Whether amoCRM says that what the call is about is switched off: 402, or its codes 425 (not available) and 426
 * (switched off). Where the codes stand is not documented, nor whether they come in JSON.
 */
export function isSwitchedOff(outcome: Outcome): boolean {
  if (!('feature' in outcome) || outcome.feature === undefined || outcome.status < 400) return false;
  const codes = [outcome.status, ...(outcome.kind === 'json' ? legacyCodes(outcome.body) : [])];
  return [402, 425, 426].some((code) => codes.includes(code)) || /ошибки 42[56](?!\d)/i.test(detailOf(outcome));
}

function legacyCodes(body: unknown): number[] {
  if (!legacy.accepts(body)) return [];
  const { code, errors = [] } = body;
  return [code, ...errors.map((error) => error.code)].map(Number);
}

const unnamed = checkOf(Type.Object({ errors: Type.Array(Type.Object({ title: Type.Optional(Type.String()) })) }));

/**
 * How many items amoCRM has left out because it knows nobody whom they belong to. It does not say which. Documented as a
 * 200 with a list of `errors`, of which the form is not; seen as a 400 with the title "Entity not found".
 */
export function countOwnerless(outcome: Outcome): number {
  if (outcome.kind !== 'json' || !unnamed.accepts(outcome.body)) return 0;
  const { errors } = outcome.body;
  return outcome.status < 300 ? errors.length : errors.filter(({ title = '' }) => /not found/i.test(title)).length;
}

/** What was asked, with the right that it needs, for a message. */
export function withRight({ asked, right }: { asked: string; right?: Message }): Message {
  return right === undefined ? verbatim(asked) : callMessages.needsRight(asked, right);
}

/** amoCRM's own text from its problem document; it describes the form of the request and never holds a token. */
export function detailOf(outcome: Outcome): string {
  if (outcome.kind !== 'json' || typeof outcome.body !== 'object' || outcome.body === null) return '';
  const detail = 'detail' in outcome.body ? outcome.body.detail : undefined;
  return typeof detail === 'string' ? detail.slice(0, 300) : '';
}
