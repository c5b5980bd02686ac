import { type Fault, Problem, refuseFaults } from '../../problems/problem.ts';
import type { Amo } from '../amo.ts';
import { type ReadPage, readPages } from '../reads/pages.ts';
import type { Query, ReadOptions } from '../reads/read.ts';
import { nextQuery } from '../shapes/hal.ts';
import { needFilters } from './account/filter-add-on.ts';

/** One of amoCRM's lists, as data. */
export interface ListSource<T> {
  /** Below `/api/v4/`. */
  path: string;
  /** The items' name in `_embedded`. */
  list: string;
  /** Reads the items of a page; throws AMOCRM_ERROR where it is no list. */
  read(page: unknown, list: string): T[];
  /** Whether all filters but `id` need the paid add-on. */
  isGated?: boolean;
  /** Whether the path has an id of which there may be no entity: amoCRM's 404 then counts as an empty list. */
  mayBeAbsent?: boolean;
  /** Items on a page at most, where that is less than 250. */
  maxLimit?: number;
}

/** What of a list is asked for, by amoCRM's names. */
export interface ListQuery {
  page?: number;
  limit?: number;
  query?: string;
  with?: readonly string[];
  filter?: Readonly<Record<string, unknown>>;
  order?: Readonly<Record<string, string>>;
}

export interface ListPage<T> {
  items: T[];
  count: number;
  page: number;
  limit: number;
  /** Whether amoCRM offers a further page; it may be empty. */
  has_more: boolean;
}

/**
 * One page of a list. Errors: FILTERS_UNAVAILABLE, AMOCRM_ERROR, those of reads. Source: developers' reference, lists,
 * filters.
 */
export async function readList<T>(amo: Amo, source: ListSource<T>, asked: ListQuery): Promise<ListPage<T>> {
  const { page = 1, limit: wanted = 250, query, with: parts = [], filter = {}, order = {} } = asked;
  const limit = Math.min(wanted, source.maxLimit ?? wanted);
  if (source.isGated === true && Object.keys(filter).some((name) => name !== 'id')) await needFilters(amo);
  const asking: Query = [
    ...(query === undefined ? [] : [['query', query] as const]),
    ...withParts(parts),
    ...parameters('filter', filter),
    ...parameters('order', order),
    ['limit', String(limit)],
    ['page', String(page)],
  ];
  refuseFaults(tooLong(asking));
  const answer = await amo.gate.read(source.path, asking, amo.operation, optionsOf(source));
  const items = answer === undefined ? [] : source.read(answer, source.list);
  for (const item of items) verify(item, filter, source.path);
  return { items, count: items.length, page, limit, has_more: nextQuery(answer) !== undefined };
}

/**
 * A whole list, all pages: one that is never long, such as pipelines. Errors: AMOCRM_ERROR, those of reads.
 */
export async function readWholeList<T>(amo: Amo, source: ListSource<T>, query: Query = []) {
  const items: T[] = [];
  const readPage: ReadPage = (path, asked, operation) => amo.gate.read(path, asked, operation, optionsOf(source));
  for await (const page of readPages(readPage, source.path, query, amo.operation)) {
    items.push(...source.read(page, source.list));
  }
  return { items, count: items.length };
}

function optionsOf({ mayBeAbsent = false }: Pick<ListSource<unknown>, 'mayBeAbsent'>): ReadOptions {
  return { mayBeAbsent };
}

/** The query that asks amoCRM to add these parts. */
export function withParts(parts: readonly string[]): Query {
  return parts.length === 0 ? [] : [['with', [...new Set(parts)].sort().join()]];
}

/** Bytes of an address's query. amoCRM documents no limit; web servers refuse more than this as a rule. */
const maxQuery = 16_384;

function tooLong(query: Query): Fault[] {
  const search = new URLSearchParams();
  for (const [name, value] of query) search.append(name, value);
  const { length } = search.toString();
  const message = `makes an address of ${length} bytes, more than ${maxQuery}: ask in parts`;
  return length <= maxQuery ? [] : [{ path: ['filter'], message, code: 'INVALID_REQUEST' }];
}

/** A value in PHP's notation, as amoCRM reads it: `filter[id][]=1`, `filter[price][from]=1`. */
export function parameters(name: string, value: unknown): [string, string][] {
  if (typeof value === 'boolean') return [[name, String(Number(value))]];
  if (typeof value !== 'object' || value === null) return [[name, String(value)]];
  return Object.entries(value).flatMap(([key, part]) => {
    const isInList = Array.isArray(value) && typeof part !== 'object';
    return parameters(`${name}[${isInList ? '' : key}]`, part);
  });
}

/** Of an item that amoCRM has let through: ids that it has must be among those asked for. */
function verify(item: unknown, filter: Readonly<Record<string, unknown>>, path: string): void {
  for (const [name, wanted] of Object.entries(filter)) {
    const held: unknown = Object(item)[name];
    if (!Array.isArray(wanted) || typeof held !== 'number' || wanted.includes(held)) continue;
    throw new Problem('AMOCRM_ERROR', `amoCRM has not filtered ${path} by ${name}: it answered with others`);
  }
}
