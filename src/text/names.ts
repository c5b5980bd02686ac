import { distance } from 'fastest-levenshtein';

/** Names are compared without regard to case and outer spaces. */
export function fold(name: string): string {
  return name.normalize('NFC').trim().toLowerCase();
}

/** The text; null where there is none or nothing but blanks. */
export function unlessBlank(text: string | null | undefined): string | null {
  return text === undefined || text === null || text.trim() === '' ? null : text;
}

/** Up to five of the names that read most like `name`, nearest first. */
export function nearest(name: string, names: Iterable<string>): string[] {
  const wanted = fold(name);
  const ranked = [...new Set(names)].map((candidate) => ({ candidate, away: distance(wanted, fold(candidate)) }));
  const close = ranked.filter(({ candidate, away }) => away <= Math.max(wanted.length, candidate.length) / 2);
  return close
    .sort((a, b) => a.away - b.away)
    .slice(0, 5)
    .map(({ candidate }) => candidate);
}
