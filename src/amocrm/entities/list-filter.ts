import { entityMessages } from '../../messages/entities.ts';
import { type Fault, type Path, refuseFaults } from '../../problems/problem.ts';
import { isFault, type Resolved } from '../directories/resolve.ts';

/** A filter that a param of its own has given. */
export interface GivenFilter {
  name: string;
  value: unknown;
  /** The param. */
  path: Path;
}

/** The filter by an id that a param has given, by name or as it is. */
export function byId(name: string, resolved: Resolved): GivenFilter | Fault | undefined {
  if (resolved === undefined || isFault(resolved)) return resolved;
  return { name, value: [resolved.id], path: resolved.path };
}

/** The filter by a param's value. */
export function byParam(name: string, value: unknown): GivenFilter | undefined {
  return value === undefined ? undefined : { name, value, path: [name] };
}

/**
 * `filter` and what further params ask for. Throws the faults among those, and INVALID_REQUEST for a param that `filter`
 * repeats.
 */
export function joinFilters(
  filter: Readonly<Record<string, unknown>> = {},
  ...given: readonly (GivenFilter | Fault | undefined)[]
): Record<string, unknown> {
  const further = given.filter((one) => one !== undefined);
  refuseFaults(further.flatMap((one) => (isGiven(one) ? repeated(filter, one) : [one])));
  const added = further.filter(isGiven).map(({ name, value }) => [name, value]);
  return { ...filter, ...Object.fromEntries(added) };
}

/** The params that filters come from, by the filters' names. */
export function givenBy(given: readonly (GivenFilter | Fault | undefined)[]): Map<string, Path> {
  const filters = given.filter((one) => one !== undefined).filter(isGiven);
  return new Map(filters.map(({ name, path }) => [name, path]));
}

function isGiven(one: GivenFilter | Fault): one is GivenFilter {
  return 'name' in one;
}

function repeated(filter: Readonly<Record<string, unknown>>, { name, path }: GivenFilter): Fault[] {
  if (!(name in filter)) return [];
  const message = entityMessages.paramOrFilter(path.join('.'), name);
  return [{ path: ['filter', name], message, code: 'INVALID_REQUEST' }];
}
