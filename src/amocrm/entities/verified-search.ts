import { emailKey } from '../../text/emails.ts';
import { isSamePhone, phoneQueries } from '../../text/phones.ts';
import type { Amo } from '../amo.ts';
import { readPages, wholePages } from '../reads/pages.ts';
import type { Entity } from '../shapes/entities.ts';
import { valuesOf } from '../shapes/held-values.ts';
import type { ListSource } from './list.ts';

/** One criterion: what to search for, and what a hit must really hold. amoCRM's search only gives candidates. */
export interface Search<N extends string> {
  name: N;
  /** Search texts, tried in this order. */
  queries: readonly string[];
  /** Whether the entity holds the value; absent for a search whose first hit counts as it is. */
  holds?: (entity: Entity) => boolean;
}

export interface Hit<E extends Entity, N extends string> {
  entity: E;
  /** Exact matches seen (hits on the first page, where nothing is verified). */
  count: number;
  matchedBy: N;
}

/**
 * The entity found by the first criterion that finds one, of several the one with the lowest id; undefined only after
 * all pages of all searches have been read. Errors: those of reads.
 */
export async function findVerified<E extends Entity, N extends string>(
  amo: Amo,
  source: ListSource<E>,
  searches: readonly Search<N>[],
): Promise<Hit<E, N> | undefined> {
  for (const { name, queries, holds } of searches) {
    for (const query of queries) {
      const found = await searchVerified(amo, source, query, holds);
      const [entity] = found;
      if (entity !== undefined) return { entity, count: found.length, matchedBy: name };
    }
  }
  return undefined;
}

/** The matches on the first page that has any. */
async function searchVerified<E extends Entity>(
  { gate, operation }: Amo,
  { path, list, read }: ListSource<E>,
  query: string,
  holds: Search<string>['holds'],
): Promise<E[]> {
  // In amoCRM's default order an entity that is changed meanwhile moves to the last page, and others move to a page
  // that was already read.
  const order = holds === undefined ? [] : [['order[id]', 'asc'] as const];
  const pages = readPages(gate.read, path, [['query', query], wholePages, ...order], operation);
  for await (const page of pages) {
    const alive = read(page, list).filter(({ is_deleted }) => is_deleted !== true);
    const exact = holds === undefined ? alive : alive.filter(holds).sort((a, b) => a.id - b.id);
    if (exact.length > 0) return exact;
  }
  return [];
}

/** The criterion of a phone number, whatever its spelling. */
export function phoneSearch(value: string): Search<'phone'> {
  const holds = (entity: Entity) => valuesOf(entity, 'phone').some((phone) => isSamePhone(phone, value));
  return { name: 'phone', queries: phoneQueries(value), holds };
}

/** The criterion of an e-mail address, in whatever case. */
export function emailSearch(value: string): Search<'email'> {
  const key = emailKey(value);
  const holds = (entity: Entity) => valuesOf(entity, 'email').some((email) => emailKey(email) === key);
  return { name: 'email', queries: [value], holds };
}
