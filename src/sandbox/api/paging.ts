import { type Answer, hal, noContent } from '../http/answer.ts';
import { one } from '../http/query.ts';
import type { Call } from './call.ts';

const PAGE_SIZE = 50;
/** Larger pages are silently cut to this. */
const MAX_PAGE_SIZE = 250;

export interface Page<T> {
  items: T[];
  page: number;
  limit: number;
}

function pageOf(call: Call, maxLimit = MAX_PAGE_SIZE): { page: number; limit: number } {
  const limit = positive(one(call.query, 'limit')) ?? PAGE_SIZE;
  return { page: positive(one(call.query, 'page')) ?? 1, limit: Math.min(limit, maxLimit) };
}

/** The items of the asked page that pass the test; the list is left as soon as the page is full. */
export function slice<T>(list: Iterable<T>, call: Call, passes: (item: T) => boolean, maxLimit?: number): Page<T> {
  const { page, limit } = pageOf(call, maxLimit);
  const items: T[] = [];
  let skip = (page - 1) * limit;
  for (const item of list) {
    if (!passes(item)) continue;
    if (skip > 0) skip -= 1;
    else items.push(item);
    if (items.length === limit) break;
  }
  return { items, page, limit };
}

/** A list without totals. A full page names a next one even when nothing follows, as the API does. */
export function listAnswer(call: Call, key: string, page: Page<unknown>, more: Record<string, unknown> = {}): Answer {
  if (page.items.length === 0) return noContent();
  const isFull = page.items.length === page.limit;
  const _links = pageLinks(call, page, isFull);
  return hal({ _page: page.page, ...more, _links, _embedded: { [key]: page.items } });
}

export function pageLinks(call: Call, { page, limit }: { page: number; limit: number }, hasNext: boolean) {
  const to = (number: number) => ({ href: pageUrl(call, number, limit) });
  return {
    self: to(page),
    ...(hasNext && { next: to(page + 1) }),
    ...(page > 1 && { first: to(1), prev: to(page - 1) }),
  };
}

function pageUrl(call: Call, page: number, limit: number): string {
  const search = new URLSearchParams();
  for (const { path, value } of call.query) {
    const [name = '', ...keys] = path;
    if (name !== 'page' && name !== 'limit') search.append(name + keys.map((key) => `[${key}]`).join(''), value);
  }
  search.append('limit', String(limit));
  search.append('page', String(page));
  return `http://${call.host}${call.path}?${search}`;
}

function positive(text: string | undefined): number | undefined {
  const value = Number(text);
  return Number.isSafeInteger(value) && value > 0 ? value : undefined;
}
