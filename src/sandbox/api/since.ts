import { one, type Query } from '../http/query.ts';

/** The test of filter[updated_at]: a moment since which, or a range from–to, both ends included. */
export function sinceOf(query: Query): (item: { updated_at: number }) => boolean {
  const from = one(query, 'filter', 'updated_at') ?? one(query, 'filter', 'updated_at', 'from');
  const to = one(query, 'filter', 'updated_at', 'to');
  return ({ updated_at }) =>
    (from === undefined || updated_at >= Number(from)) && (to === undefined || updated_at <= Number(to));
}
