const singles = new WeakSet<object>();

/** A list that the caller has not written as one: the faults of its items are faults of the whole. */
export function single(values: unknown[]): unknown[] {
  singles.add(values);
  return values;
}

/** Whether a list in validated data was made of a single value. */
export function isSingle(value: unknown): boolean {
  return typeof value === 'object' && value !== null && singles.has(value);
}
