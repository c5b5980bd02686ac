import { entityMessages } from '../../messages/entities.ts';
import type { Fault, Path } from '../../problems/problem.ts';
import { thingOf } from '../../schemas/named.ts';
import { type Rule, ruleOf } from '../../schemas/rules.ts';
import type { PathOf } from '../directories/resolve.ts';

/** One thing that a caller wants to change, with its place in his document. */
export interface UpdateInput {
  key: string;
  value: unknown;
  path: Path;
  /** Whether it stands in `custom_fields`: it is then one whatever its name is. */
  isCustom?: boolean;
}

/** What a caller wants to change: `update_data`, or the same keys beside it. */
export interface UpdateParams {
  update_data?: Record<string, unknown>;
  /** The keys beside `update_data`, without the id and the rest of the params. */
  flat?: Record<string, unknown>;
}

/** The changes of both places. */
export function inputsOf({ update_data = {}, flat = {} }: UpdateParams): UpdateInput[] {
  const { custom_fields, ...own } = flat;
  const custom = inputsAt(['custom_fields'], Object(custom_fields)).map((input) => ({ ...input, isCustom: true }));
  return [...inputsAt([], own), ...custom, ...inputsAt(['update_data'], update_data)];
}

/** The rule that no key, and no name and id of one thing, stands both in `update_data` and beside it. */
export function notTwice(flat: readonly string[]): Rule {
  const own = flat.filter((key) => key !== 'custom_fields');
  return ruleOf<Record<string, unknown>>(['update_data', ...own], ({ update_data, ...beside }) =>
    twiceGiven(inputsAt([], beside), inputsAt(['update_data'], Object(update_data))),
  );
}

/** The things to change among an object's keys. */
export function inputsAt(above: Path, values: Record<string, unknown>): UpdateInput[] {
  const given = Object.entries(values).filter(([, value]) => value !== undefined);
  return given.map(([key, value]) => ({ key, value, path: [...above, key] }));
}

function twiceGiven(beside: readonly UpdateInput[], within: readonly UpdateInput[]): Fault[] {
  const taken = new Map(beside.map((input) => [thingOf(input.key), input.path.join('.')]));
  return within.flatMap(({ key, path }) => {
    const place = taken.get(thingOf(key));
    if (place === undefined) return [];
    return [{ path, message: entityMessages.givenElsewhere(place), code: 'INVALID_REQUEST' as const }];
  });
}

/** The place of a key among the inputs. */
export function pathsOf(inputs: readonly UpdateInput[]): PathOf {
  const paths = new Map(inputs.map(({ key, path }) => [key, path]));
  return (key) => paths.get(key) ?? [key];
}
