import type { Path } from './problem.ts';
import { keptText, placeAsWritten } from './written-keys.ts';

/**
 * Sorts faults by their position in the request's document; missing keys come after the existing ones of their parent.
 * Faults of a body that could not be parsed are in order already.
 */
export function inDocumentOrder<T extends { path: Path }>(faults: readonly T[], document: unknown): T[] {
  if (document === undefined) return [...faults];
  const places = placesOfKeys(faults, document);
  const placed = faults.map((fault) => ({ fault, places: placesOf(fault.path, document, places) }));
  return placed.sort((a, b) => comparePlaces(a.places, b.places)).map(({ fault }) => fault);
}

/** Positions of keys of objects, of those alone that are asked for: a body can have 50,000 keys. */
type Places = Map<unknown, Map<string, number>>;

function placesOfKeys(faults: readonly { path: Path }[], document: unknown): Places {
  const places: Places = new Map();
  for (const { path } of faults) {
    let value = document;
    for (const step of path) {
      if (isRecord(value)) {
        const known = places.get(value) ?? new Map<string, number>();
        places.set(value, known.set(String(step), Number.POSITIVE_INFINITY));
      }
      value = Reflect.get(Object(value), step);
    }
  }
  const text = keptText(document);
  if (text !== undefined) {
    placeAsWritten(text, document, places);
    return places;
  }
  for (const [value, known] of places) {
    let place = 0;
    for (const key of Object.keys(Object(value))) {
      if (known.has(key)) known.set(key, place);
      place += 1;
    }
  }
  return places;
}

function placesOf(path: Path, document: unknown, places: Places): number[] {
  let value = document;
  return path.map((step) => {
    const place = Array.isArray(value) ? placeIn(value, step) : places.get(value)?.get(String(step));
    value = Reflect.get(Object(value), step);
    return place ?? Number.POSITIVE_INFINITY;
  });
}

function placeIn(list: readonly unknown[], step: string | number): number | undefined {
  const place = Number(step);
  return place in list ? place : undefined;
}

function isRecord(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
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
