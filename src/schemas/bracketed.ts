import type { KeywordDefinition } from 'ajv/dist/2020.js';
import { nameNode, nameProperty } from './aliases.ts';

/** Parts of a key at most: `[statuses][0][pipeline_id]` has three. */
const mostParts = 4;
/** Keys at most: many more than an address has room for. What is beyond stays where it is. */
const mostKeys = 2_000;
const poison = new Set(['__proto__', 'constructor', 'prototype']);

interface ObjectSchema {
  [keyword: string]: unknown;
  properties?: Record<string, { type?: unknown }>;
}

/** What keys with brackets come to: a value, or what is within. */
type Node = Map<string, Leaf | Node>;
interface Leaf {
  /** The whole key. */
  key: string;
  value: unknown;
}

/**
 * The keyword `x-bracketed: 'filter'` of an object: keys as in amoCRM's own addresses, `filter[created_at][from]`, are put
 * in the place that they name before anything else is checked; `[]` at the end says nothing. A key that contradicts
 * another one, or that names no property of the object, stays where it is and is refused as an unknown property.
 */
export const bracketedKeyword: KeywordDefinition = {
  keyword: 'x-bracketed',
  schemaType: 'string',
  before: 'x-empty-as-absent',
  modifying: true,
  errors: false,
  compile:
    (
      word: string,
      { properties = {}, 'x-empty-as-absent': empty = [] }: ObjectSchema & { 'x-empty-as-absent'?: unknown[] },
    ) =>
    (data: unknown) => {
      if (typeof data === 'object' && data !== null && !Array.isArray(data)) fold(data, word, { properties, empty });
      return true;
    },
};

interface Rules {
  properties: Record<string, { type?: unknown }>;
  empty: readonly unknown[];
}

function fold(data: object, word: string, { properties, empty }: Rules): void {
  const tree: Node = new Map();
  let folded = 0;
  for (const key of Object.keys(data)) {
    if (folded === mostKeys) break;
    const [name = '', ...within] = partsOf(key, word) ?? [];
    if (within.length === 0 || !Object.hasOwn(properties, name)) continue;
    const isGiven = Object.hasOwn(data, name) && !empty.includes(Reflect.get(data, name));
    if (isGiven || !put(tree, [name, ...within], { key, value: Reflect.get(data, key) })) continue;
    Reflect.deleteProperty(data, key);
    folded += 1;
  }
  for (const [name, node] of tree) {
    const spelling = `${word}[${name}]`;
    Reflect.set(data, name, built(node, spelling, properties[name]?.type === 'object'));
    nameProperty(data, name, spelling);
  }
}

/** The names in a key such as `filter[statuses][0][status_id]`; undefined for any other key. */
export function partsOf(key: string, word: string): string[] | undefined {
  if (!key.startsWith(`${word}[`) || !key.endsWith(']')) return undefined;
  const parts = key.slice(word.length + 1, -1).split('][');
  if (parts.length > 1 && parts.at(-1) === '') parts.pop();
  const isSound = parts.length <= mostParts && parts.every((part) => /^[^[\]]+$/.test(part) && !poison.has(part));
  return isSound ? parts : undefined;
}

/** Whether there was room: no value can be where there is another one, or within it. */
function put(tree: Node, parts: readonly string[], leaf: Leaf): boolean {
  const last = parts.at(-1) ?? '';
  let node = tree;
  for (const part of parts.slice(0, -1)) {
    const child = node.get(part) ?? new Map();
    if (!(child instanceof Map)) return false;
    node.set(part, child);
    node = child;
  }
  if (node.has(last)) return false;
  node.set(last, leaf);
  return true;
}

/** A list where all names are indexes, unless it `isObject`, as one of ids is. */
function built(part: Leaf | Node, spelling: string, isObject = false): unknown {
  if (!(part instanceof Map)) return part.value;
  const isList = !isObject && [...part.keys()].every((name) => /^\d{1,9}$/.test(name));
  const parts = isList ? [...part].sort(([a], [b]) => Number(a) - Number(b)) : [...part];
  const entries = parts.map(([name, child]) => {
    const own = `${spelling}[${name}]`;
    return { name, spelling: child instanceof Map ? own : child.key, value: built(child, own) };
  });
  const whole = isList
    ? entries.map(({ value }) => value)
    : Object.fromEntries(entries.map(({ name, value }) => [name, value]));
  nameNode(whole);
  for (const [index, { name, spelling }] of entries.entries()) nameProperty(whole, isList ? index : name, spelling);
  return whole;
}
