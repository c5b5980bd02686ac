import type { Path } from './problem.ts';

/**
 * Sorts faults by their position in the request's document; missing keys come after the existing ones of their parent.
 * Faults of a body that could not be parsed are in order already.
 */
export function inDocumentOrder<T extends { path: Path }>(faults: readonly T[], document: unknown): T[] {
  if (document === undefined) return [...faults];
  const seen: Places = new Map();
  const placed = faults.map((fault) => ({ fault, places: placesOf(fault.path, document, seen) }));
  return placed.sort((a, b) => comparePlaces(a.places, b.places)).map(({ fault }) => fault);
}

/** Positions of the keys of objects, cached: a body can have as many faults as keys. */
type Places = Map<unknown, Map<string, number>>;

function placesOf(path: Path, document: unknown, seen: Places): number[] {
  let value = document;
  return path.map((step) => {
    const place = Array.isArray(value) ? placeIn(value, step) : placesIn(value, seen).get(String(step));
    value = place === undefined ? undefined : Reflect.get(Object(value), step);
    return place ?? Number.POSITIVE_INFINITY;
  });
}

function placeIn(list: readonly unknown[], step: string | number): number | undefined {
  const place = Number(step);
  return place in list ? place : undefined;
}

function placesIn(value: unknown, seen: Places): Map<string, number> {
  const known = seen.get(value);
  if (known !== undefined) return known;
  const keys = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const places = new Map(keys.map((key, place) => [key, place]));
  seen.set(value, places);
  return places;
}

function comparePlaces(a: readonly number[], b: readonly number[]): number {
  for (const [index, place] of a.entries()) {
    const other = b[index];
    if (other === undefined) return 1;
    if (place !== other) return place < other ? -1 : 1;
  }
  return a.length - b.length;
}

/** The value at a path of a document; undefined where there is none. */
export function valueAt(document: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, key) => Reflect.get(Object(part), key), document);
}

/** A path as text, `params.tags[1]`: keys by dots, indexes in brackets. */
export function formatPath(path: Path): string {
  return path.reduce<string>((text, step) => {
    if (typeof step === 'number') return `${text}[${step}]`;
    return text === '' ? step : `${text}.${step}`;
  }, '');
}
