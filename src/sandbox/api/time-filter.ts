import { one, type Query } from '../http/query.ts';

/** The test of filter[…] of a time: a moment since which, or a range from–to, both ends included. */
export function rangeOf(query: Query, name: string): (time: number) => boolean {
  const from = one(query, 'filter', name) ?? one(query, 'filter', name, 'from');
  const to = one(query, 'filter', name, 'to');
  return (time) => (from === undefined || time >= Number(from)) && (to === undefined || time <= Number(to));
}

export function sinceOf(query: Query): (item: { updated_at: number }) => boolean {
  const inRange = rangeOf(query, 'updated_at');
  return ({ updated_at }) => inRange(updated_at);
}
