import { fieldMessages } from '../../messages/fields.ts';
import type { Fault, Path } from '../../problems/problem.ts';
import { cut } from '../../text/names.ts';

/** A fault for each of several inputs that mean one custom field; none for a single one. */
export function givenTwice(twins: readonly { key: string; path: Path }[]): Fault[] {
  const [first, second] = twins.map(({ key }) => `"${cut(key)}"`);
  if (second === undefined) return [];
  return twins.map(({ path }, index) => ({
    path,
    message: fieldMessages.sameField(String(index === 0 ? second : first)),
    code: 'INVALID_REQUEST',
  }));
}
