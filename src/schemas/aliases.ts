import type { KeywordDefinition } from 'ajv/dist/2020.js';
import type { Path } from '../problems/problem.ts';
import { isSingle } from './single.ts';

/** Second names of properties by alias, e.g. `{ text: 'note_text' }`. */
export type Aliases = Readonly<Record<string, string>>;

/**
 * The keyword `x-aliases` of an object: before anything else is checked, a property that is given by an alias gets its
 * own name. An alias with a value of `x-empty-as-absent` counts as not given. One beside its property stays where it
 * is and is refused as an unknown property, so the object may have no others; see `schema-faults.ts` for the words.
 */
export const aliasKeyword: KeywordDefinition = {
  keyword: 'x-aliases',
  schemaType: 'object',
  before: 'x-empty-as-absent',
  modifying: true,
  errors: false,
  compile(aliases: Aliases, { additionalProperties, properties = {}, 'x-empty-as-absent': empty = [] }) {
    if (additionalProperties !== false) throw new Error('x-aliases needs additionalProperties: false');
    for (const [alias, name] of Object.entries(aliases)) {
      if (alias in properties || !(name in properties)) throw new Error(`${alias} cannot be an alias of ${name}`);
    }
    return (data: unknown) => rename(data, aliases, empty);
  },
};

/** For each object the names that its properties were given by. */
const renamed = new WeakMap<object, Map<string | number, string>>();
/** Objects and lists that the caller wrote as brackets in their names. */
const bracketed = new WeakSet<object>();

/** Says by which name a caller gave a property. */
export function nameProperty(holder: object, key: string | number, name: string): void {
  renamed.set(holder, (renamed.get(holder) ?? new Map()).set(key, name));
}

/** Says that a caller gave an object or a list only as brackets: the names of its parts are whole ones. */
export function nameNode(node: object): void {
  bracketed.add(node);
}

function rename(data: unknown, aliases: Aliases, empty: readonly unknown[]): boolean {
  if (typeof data !== 'object' || data === null || Array.isArray(data)) return true;
  const isGiven = (key: string) => Object.hasOwn(data, key) && !empty.includes(Reflect.get(data, key));
  for (const [alias, name] of Object.entries(aliases)) {
    if (!Object.hasOwn(data, alias) || (isGiven(alias) && isGiven(name))) continue;
    if (isGiven(alias)) {
      Reflect.set(data, name, Reflect.get(data, alias));
      nameProperty(data, name, alias);
    }
    Reflect.deleteProperty(data, alias);
  }
  return true;
}

/** A path into validated data as the caller wrote it: with his names, without the places of a list made of one value. */
export function givenPath(data: unknown, path: Path): Path {
  const given: (string | number)[] = [];
  let value = data;
  for (const key of path) {
    const holder: unknown = value;
    value = Reflect.get(Object(value), key);
    if (isSingle(holder)) continue;
    const isObject = typeof holder === 'object' && holder !== null;
    const name = isObject ? renamed.get(holder)?.get(key) : undefined;
    if (isObject && bracketed.has(holder)) {
      const above = given.pop();
      given.push(name ?? `${above}[${key}]`);
    } else given.push(name ?? key);
  }
  return given;
}
