/** Rows that are in memory at once, and their bytes: a key may keep some mebibytes. A larger row is a group of its own. */
const rowsAtOnce = 100;
const bytesAtOnce = 4 * 2 ** 20;

/** Cuts what comes one after the other into groups that may be in memory at once. */
export function* inGroups<T>(items: Iterable<T>, sizeOf: (item: T) => number): Generator<T[]> {
  let group: T[] = [];
  let bytes = 0;
  for (const item of items) {
    const size = sizeOf(item);
    if (group.length === rowsAtOnce || (group.length > 0 && bytes + size > bytesAtOnce)) {
      yield group;
      group = [];
      bytes = 0;
    }
    group.push(item);
    bytes += size;
  }
  if (group.length > 0) yield group;
}
