import type { Query } from '../http/query.ts';
import type { Settings } from '../options.ts';
import type { Store } from '../store/store.ts';

/** What a handler knows of a request. */
export interface Call {
  method: string;
  path: string;
  host: string;
  query: Query;
  body: unknown;
  /** Numbers in the path, in order. */
  ids: number[];
  /** Words in the path where the route has `:text`, in order. */
  texts: string[];
  userId: number;
  store: Store;
  settings: Settings;
}

export function link(call: Call, path: string): { self: { href: string } } {
  return { self: { href: `http://${call.host}/api/v4/${path}` } };
}

export function idAt(call: Call, index: number): number {
  return call.ids[index] ?? 0;
}
