/** Query parameters in PHP's notation: `filter[id][]=1` has the path ['filter', 'id', '']. */
export type Query = { path: string[]; value: string }[];

export function parseQuery(search: string): Query {
  return [...new URLSearchParams(search)].map(([key, value]) => ({ path: splitKey(key), value }));
}

/** The last value of a plain parameter. */
export function one(query: Query, ...path: string[]): string | undefined {
  return query.findLast((entry) => samePath(entry.path, path))?.value;
}

/** Every value of a parameter, written once or as a list: a=1, a[]=1, a[0]=1. */
export function many(query: Query, ...path: string[]): string[] {
  return query
    .filter((entry) => startsWith(entry.path, path) && isListTail(entry.path.slice(path.length)))
    .map((entry) => entry.value);
}

/** The distinct keys directly below a parameter: of filter[a][]=1 and filter[b]=2, 'a' and 'b'. */
export function keysBelow(query: Query, ...path: string[]): string[] {
  const below = query.filter((entry) => startsWith(entry.path, path) && entry.path.length > path.length);
  return [...new Set(below.map((entry) => entry.path[path.length] ?? ''))];
}

export function decoded(search: string): string {
  return [...new URLSearchParams(search)].map(([key, value]) => `${key}=${value}`).join('&');
}

function splitKey(key: string): string[] {
  const open = key.indexOf('[');
  if (open <= 0) return [key];
  return [key.slice(0, open), ...[...key.slice(open).matchAll(/\[([^\]]*)\]/g)].map((match) => match[1] ?? '')];
}

function samePath(a: string[], b: string[]): boolean {
  return a.length === b.length && startsWith(a, b);
}

function startsWith(path: string[], start: string[]): boolean {
  return start.every((part, index) => path[index] === part);
}

function isListTail(tail: string[]): boolean {
  return tail.length === 0 || (tail.length === 1 && /^\d*$/.test(tail[0] ?? ''));
}
