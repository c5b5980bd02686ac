import { fold } from '../../text/names.ts';

export interface NameRules<T> {
  /** Kinds of names in order of precedence: the first kind that matches decides. */
  namings: readonly ((thing: T) => string | null | undefined)[];
  /** Whether two entries mean the same thing: a name of both is then not ambiguous. */
  isSame(a: T, b: T): boolean;
}

/** Returns all entries with this name, without duplicates, in constant time. */
export function indexNames<T>(things: readonly T[], { namings, isSame }: NameRules<T>): (key: string) => T[] {
  const levels = namings.map((naming) => Map.groupBy(things, (thing) => fold(naming(thing) ?? '')));
  return (key) => {
    const wanted = fold(key);
    if (wanted === '') return [];
    const [first, ...others] = levels.find((level) => level.has(wanted))?.get(wanted) ?? [];
    return first === undefined ? [] : [first, ...others.filter((other) => !isSame(first, other))];
  };
}
