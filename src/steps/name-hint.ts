import type { TSchema } from 'typebox';
import type { Fault, Path } from '../problems/problem.ts';
import { nameParamOf } from '../schemas/named.ts';

/** The fault, with the param that takes names where a name stands in place of an id (`status` for `status_id`). */
export function withNameHint(schema: TSchema, params: unknown, fault: Fault): Fault {
  const isName = fault.message === 'must be integer' && isWord(at(params, fault.path));
  const key = fault.path.findLast((step) => typeof step === 'string');
  const name = isName && key !== undefined ? nameParamOf(key) : undefined;
  const home = name === undefined ? undefined : homeOf(name, schema, fault.path);
  return home === undefined ? fault : { ...fault, message: `${fault.message}; a name goes in ${home.join('.')}` };
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && Number.isNaN(Number(value));
}

/** The param of this name that stands nearest to the place, from the step's own params down, unless it is that place. */
function homeOf(name: string, schema: TSchema, path: Path): Path | undefined {
  const levels: { path: Path; schema: unknown }[] = [{ path: [], schema }];
  for (const [index, step] of path.entries()) {
    levels.push({ path: path.slice(0, index + 1), schema: propertyOf(levels.at(-1)?.schema, step) });
  }
  const home = levels.findLast((level) => propertyOf(level.schema, name) !== undefined && !isAbove(level.path, name));
  return home === undefined ? undefined : [...home.path, name];

  function isAbove(above: Path, key: string): boolean {
    return path[above.length] === key;
  }
}

function propertyOf(schema: unknown, name: string | number): unknown {
  const { properties } = Object(schema);
  return Object.getOwnPropertyDescriptor(Object(properties), name)?.value;
}

function at(value: unknown, path: Path): unknown {
  return path.reduce<unknown>((part, key) => Reflect.get(Object(part), key), value);
}
