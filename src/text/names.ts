import { distance } from 'fastest-levenshtein';

/** Longer texts are no names. To normalize one takes time that is quadratic in the marks above and below a letter. */
const maxNormalized = 1_000;

/** Folds a name for comparison: case, outer spaces and the spelling of accents do not matter. */
export function fold(name: string): string {
  return (name.length > maxNormalized ? name : name.normalize('NFC')).trim().toLowerCase();
}

/** The text; null where it is missing or only white space. */
export function unlessBlank(text: string | null | undefined): string | null {
  return text === undefined || text === null || text.trim() === '' ? null : text;
}

/** Characters of a caller's value that a message shows at most. */
const maxShown = 60;

/** A value, cut for a message. */
export function cut(text: string): string {
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

/** Longer names are not compared: the time of a comparison grows with both lengths. */
const maxCompared = 100;

/** Whether a name that is so far away is near; `length` is that of the longer one. */
export type IsNear = (away: number, length: number) => boolean;

/** Up to five names that are most similar to `name`, nearest first: those of which half is the same, or as `isNear` says. */
export function nearest(
  name: string,
  names: Iterable<string>,
  isNear: IsNear = (away, length) => away <= length / 2,
): string[] {
  if (name.length > maxCompared) return [];
  const wanted = fold(name);
  const comparable = [...new Set(names)].filter(({ length }) => length <= maxCompared);
  const ranked = comparable.map((candidate) => ({ candidate, away: distance(wanted, fold(candidate)) }));
  const close = ranked.filter(({ candidate, away }) => isNear(away, Math.max(wanted.length, candidate.length)));
  return close
    .sort((a, b) => a.away - b.away)
    .slice(0, 5)
    .map(({ candidate }) => candidate);
}
