import { entityMessages } from '../../messages/entities.ts';
import { type Fault, type Path, Problem, refuseFaults } from '../../problems/problem.ts';
import { largestPage } from '../../schemas/largest-page.ts';
import type { Amo } from '../amo.ts';
import { type ReadPage, readPages } from '../reads/pages.ts';
import type { Query, ReadOptions } from '../reads/read.ts';
import { nextQuery } from '../shapes/hal.ts';
import { confirmFilters, needFilters } from './account/filter-add-on.ts';
import { type Contradiction, contradictionOf } from './contradiction.ts';

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
  /** Items on a page at most, where that is less than `largestPage`. */
  maxLimit?: number;
}

type Filter = Readonly<Record<string, unknown>>;

/** What of a list is asked for, by amoCRM's names. */
export interface ListQuery {
  page?: number;
  limit?: number;
  query?: string;
  with?: readonly string[];
  filter?: Filter;
  /** The params that have given filters, where those are not `filter` itself. */
  givenBy?: ReadonlyMap<string, Path>;
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
  const { page = 1, limit: wanted = largestPage, query, with: parts = [], filter = {}, order = {} } = asked;
  const gated = gatedParams(source, asked);
  const limit = Math.min(wanted, source.maxLimit ?? wanted);
  if (gated.length > 0) await needFilters(amo, gated);
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
  const contradiction = contradictionOf(items, filter);
  if (contradiction !== undefined) await explain(amo, source, contradiction, gated);
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
  const message = entityMessages.addressTooLong(length, maxQuery);
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

/** The params that have given filters which need the add-on. */
function gatedParams<T>({ isGated = false }: ListSource<T>, { filter = {}, givenBy }: ListQuery): Path[] {
  const names = isGated ? Object.keys(filter).filter((name) => name !== 'id') : [];
  return names.map((name) => givenBy?.get(name) ?? ['filter', name]);
}

/**
 * Without the add-on amoCRM ignores filters without a word, and it may be switched off at any moment: where an item does
 * not fit what was asked for, amoCRM is asked again whether the add-on is there.
 */
async function explain<T>(amo: Amo, { path }: ListSource<T>, why: Contradiction, gated: readonly Path[]) {
  if (gated.length > 0) await confirmFilters(amo, gated);
  if (!why.isCertain) return;
  throw new Problem('AMOCRM_ERROR', entityMessages.notFiltered(path, why.name));
}
