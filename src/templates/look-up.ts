export type Context = Readonly<Record<string, unknown>>;

const neverRead = new Set(['length', '__proto__', 'constructor']);

/** Looks up own properties of objects and elements of lists, nothing else. */
export function lookUp(path: readonly string[], context: Context): unknown {
  let value: unknown = context;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || neverRead.has(name) || !Object.hasOwn(value, name))
      return undefined;
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  return value;
}
