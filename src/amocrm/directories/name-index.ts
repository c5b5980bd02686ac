import { fold } from '../../text/names.ts';

/** How things are named. */
export interface NameRules<T> {
  /** Names in the order in which they count: the first kind that matches decides. */
  namings: readonly ((thing: T) => string | null | undefined)[];
  /** Whether two entries mean one thing, so that a name of both is not ambiguous. */
  isSame(a: T, b: T): boolean;
}

/** Gives all things that a key names, of which no two are the same. The time does not grow with their number. */
export function indexNames<T>(things: readonly T[], { namings, isSame }: NameRules<T>): (key: string) => T[] {
  const levels = namings.map((naming) => Map.groupBy(things, (thing) => fold(naming(thing) ?? '')));
  return (key) => {
    const wanted = fold(key);
    if (wanted === '') return [];
    const [first, ...others] = levels.find((level) => level.has(wanted))?.get(wanted) ?? [];
    return first === undefined ? [] : [first, ...others.filter((other) => !isSame(first, other))];
  };
}
