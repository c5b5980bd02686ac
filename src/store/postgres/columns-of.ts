/** A list for each column, as `unnest` takes them. */
export function columnsOf<T, Name extends keyof T>(rows: readonly T[], names: readonly Name[]): T[Name][][] {
  return names.map((name) => rows.map((row) => row[name]));
}
