import { entityMessages } from '../messages/entities.ts';
import type { Message } from '../messages/message.ts';
import { formatPath } from '../problems/document-order.ts';
import type { Path } from '../problems/problem.ts';
import { givenPath } from '../schemas/aliases.ts';
import { cut } from '../text/names.ts';

/** Service numbers such as 112, and extensions within a company, have three digits or more. */
const fewestDigits = 3;

/**
 * Warnings for phone numbers with less than three digits. amoCRM takes any text, and so do the steps that write; what a
 * user has typed there by mistake is found by nobody later. `params` have been validated.
 */
export function phoneWarnings(params: unknown): Message[] {
  return ownAndNested(params)
    .filter(({ holder }) => isDoubtful(Object(holder).phone))
    .map(({ holder, path }) => {
      const given = ['params', ...givenPath(params, [...path, 'phone'])];
      return entityMessages.doubtfulPhone(formatPath(given), cut(String(Object(holder).phone)));
    });
}

/** The params, and the parts that describe something whole: `update_data`, `contact`, `company`. */
function ownAndNested(params: unknown): { holder: unknown; path: Path }[] {
  const parts = Object.entries(Object(params)).map(([key, holder]) => ({ holder, path: [key] }));
  return [{ holder: params, path: [] }, ...parts];
}

function isDoubtful(phone: unknown): boolean {
  const isText = typeof phone === 'string' || typeof phone === 'number';
  return isText && String(phone).replace(/\D/g, '').length < fewestDigits;
}
