import type { Path } from '../errors.ts';

/** Sorts by the place in the request's document; what is missing there comes after what its parent holds. */
export function inDocumentOrder<T extends { path: Path }>(faults: readonly T[], document: unknown): T[] {
  const placed = faults.map((fault) => ({ fault, places: placesOf(fault.path, document) }));
  return placed.sort((a, b) => comparePlaces(a.places, b.places)).map(({ fault }) => fault);
}

function placesOf(path: Path, document: unknown): number[] {
  let value = document;
  return path.map((step) => {
    const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
    const place = keys.indexOf(String(step));
    value = place === -1 ? undefined : Object.entries(Object(value))[place]?.[1];
    return place === -1 ? Number.POSITIVE_INFINITY : place;
  });
}

function comparePlaces(a: readonly number[], b: readonly number[]): number {
  for (const [index, place] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (place !== other) return place < other ? -1 : 1;
  }
  return a.length - b.length;
}

/** `params.tags[1]`: keys by dots, places in lists in brackets. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
