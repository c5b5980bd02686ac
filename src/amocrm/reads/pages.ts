import { largestPage } from '../../schemas/largest-page.ts';
import type { Operation } from '../operation/operation.ts';
import { nextQuery } from '../shapes/hal.ts';
import type { Query } from './read.ts';

/** Part of a query: pages as long as amoCRM makes them. */
export const wholePages = ['limit', String(largestPage)] as const;

/** Reads one page below `/api/v4/`; undefined is "nothing". */
export type ReadPage = (path: string, query: Query, operation: Operation) => Promise<unknown>;

/** Pages of a list, each read when it is asked for. After a full page the next one may be empty. */
export async function* readPages(
  read: ReadPage,
  path: string,
  query: Query,
  operation: Operation,
): AsyncGenerator<unknown> {
  for (let next: Query | undefined = query; next !== undefined; ) {
    const page = await read(path, next, operation);
    if (page === undefined) return;
    yield page;
    next = nextQuery(page);
  }
}
