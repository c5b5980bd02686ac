import { distance } from 'fastest-levenshtein';
import type { Stray } from '../doctor/settings.ts';
import { nearest } from '../text/names.ts';
import { Environment, type Variables } from './environment.ts';

const known = Object.keys(Environment.properties);
/** So many letters of a name for each that may differ; other programs have variables too. */
const lettersPerSlip = 5;

/** Variables that look like settings of ours and that nobody reads. */
export function straySettings(env: Variables): Stray[] {
  return Object.keys(env)
    .filter((name) => !known.includes(name))
    .map((name) => ({ name, near: withWordsOf(name) ?? nearest(name, known)[0] }))
    .filter(({ name, near }) => /^AMO_/i.test(name) || (near !== undefined && isSlip(name, near)));
}

/** A setting that has all the words of a name, such as AMO_ACCESS_TOKEN for AMO_TOKEN. */
function withWordsOf(name: string): string | undefined {
  const words = name.split('_');
  return words.length > 1
    ? known.find((setting) => words.every((word) => setting.split('_').includes(word)))
    : undefined;
}

function isSlip(name: string, near: string): boolean {
  return distance(name.toUpperCase(), near) <= Math.max(1, Math.floor(near.length / lettersPerSlip));
}
