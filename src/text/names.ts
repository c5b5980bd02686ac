import { distance } from 'fastest-levenshtein';

/** Names are compared without regard to case and outer spaces. */
export function fold(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

/** The text; null where there is none or nothing but blanks. */
export function unlessBlank(text: string | null | undefined): string | null {
  return text === undefined || text === null || text.trim() === '' ? null : text;
}

/** Characters of a caller's value that a message shows. */
const maxShown = 60;

/** A value as messages show it. */
export function cut(text: string): string {
  return text.length > maxShown ? `${text.slice(0, maxShown)}…` : text;
}

/** Longer names are compared with none: the time of a comparison grows with both lengths. */
const maxCompared = 100;

/** Up to five of the names that read most like `name`, nearest first. */
export function nearest(name: string, names: Iterable<string>): string[] {
  if (name.length > maxCompared) return [];
  const wanted = fold(name);
  const comparable = [...new Set(names)].filter(({ length }) => length <= maxCompared);
  const ranked = comparable.map((candidate) => ({ candidate, away: distance(wanted, fold(candidate)) }));
  const close = ranked.filter(({ candidate, away }) => away <= Math.max(wanted.length, candidate.length) / 2);
  return close
    .sort((a, b) => a.away - b.away)
    .slice(0, 5)
    .map(({ candidate }) => candidate);
}
