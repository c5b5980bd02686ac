import { nearest } from '../text/names.ts';

const prefix = 'amocrm_';

/**
 * The step types that a type was probably meant for, nearest first: a slip of the pen is a letter or two. Types differ by
 * a word, so one that is half the same does something else. A type may lack `amocrm_`.
 */
export function nearTypes(type: string, types: readonly string[]): string[] {
  const isSlip = (away: number, length: number) => away <= Math.max(2, length / 6);
  const near = nearest(type, types, isSlip);
  return near.length > 0 || type.startsWith(prefix) ? near : nearest(prefix + type, types, isSlip);
}
