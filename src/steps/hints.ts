import type { TSchema } from 'typebox';
import { joined, type Message, nothing } from '../messages/message.ts';
import { paramMessages, paramTails } from '../messages/params.ts';
import { scenarioMessages } from '../messages/scenarios.ts';
import { valueAt } from '../problems/document-order.ts';
import type { Path } from '../problems/problem.ts';
import { pluralOf } from '../schemas/entity-type.ts';
import { nameParamOf } from '../schemas/named.ts';
import type { SchemaFault } from '../schemas/schema-faults.ts';
import { cut, nearest } from '../text/names.ts';

/** A longer example says less than the documentation does. */
const longestExample = 60;

/** What to do about a fault, where the params tell what was meant. Paths begin at the params. */
export function hintFor(schema: TSchema, params: unknown, fault: SchemaFault): Message | undefined {
  return (
    nameHint(schema, params, fault) ??
    entityHint(schema, fault) ??
    partHint(schema, fault) ??
    exampleHint(schema, params, fault)
  );
}

/** Params that stand beside `params` instead of in it are named. */
export function wrapperHint(schema: TSchema, body: unknown, { kind, path }: SchemaFault): Message | undefined {
  if (kind !== 'required' || path.length !== 1 || path[0] !== 'params') return undefined;
  const strays = straysBeside(schema, body);
  return strays.length === 0 ? undefined : paramMessages.moveIntoWrapper(strays.join(', '));
}

/** What is missing where a step has no params: where they stand beside, they are named. */
export function missingParams(schema: TSchema, step: unknown): Message {
  const strays = straysBeside(schema, step);
  return strays.length === 0 ? paramMessages.required : paramMessages.moveIntoWrapper(strays.join(', '));
}

/** What a body may have beside its params. */
const ownKeys = new Set(['id', 'type', 'next_step', 'context', 'dry_run']);

/** A warning for params that were left outside of `params`, where they are ignored as a bot's own keys are. */
export function besideWarnings(schema: TSchema, body: unknown): Message[] {
  const params: unknown = Object(body).params;
  const strays = straysBeside(schema, body).filter(
    (name) => !ownKeys.has(name) && !Object.hasOwn(Object(params), name),
  );
  return [...(strays.length === 0 ? [] : [paramMessages.besideWrapper(strays.join(', '))]), ...contextWarnings(body)];
}

/** What the bot's variables are called elsewhere. */
const otherContexts = new Set(['variables', 'vars', 'ctx']);
/** Keys of a body that are looked at. */
const mostKeys = 50;

/** A warning for variables that were sent under another key than `context`, where none were sent under that. */
export function contextWarnings(body: unknown): Message[] {
  const sent: Record<string, unknown> = Object(body);
  if (sent.context !== undefined) return [];
  const meant = Object.keys(sent)
    .slice(0, mostKeys)
    .find((key) => isObject(sent[key]) && (otherContexts.has(key) || isNearContext(key)));
  return meant === undefined ? [] : [scenarioMessages.noContextRead(cut(meant))];
}

function isNearContext(key: string): boolean {
  return !ownKeys.has(key) && key !== 'params' && key !== 'steps' && nearest(key, ['context']).length > 0;
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function straysBeside(schema: TSchema, body: unknown): string[] {
  return Object.keys(Object(schema).properties ?? {}).filter((name) => Object.hasOwn(Object(body), name));
}

/** The param that takes names, where a name stands in place of an id (`status` for `status_id`). */
function nameHint(schema: TSchema, params: unknown, { path, message, kind }: SchemaFault): Message | undefined {
  if (kind !== 'integer' || !isWord(valueAt(params, path))) return undefined;
  const key = path.findLast((step) => typeof step === 'string');
  const name = key === undefined ? undefined : nameParamOf(key);
  const home = name === undefined ? undefined : homeOf(name, schema, path);
  return home === undefined ? undefined : joined([message, paramTails.nameGoesIn(home.join('.'))]);
}

/** Where `lead_id` stands in a step that takes an entity of any type. */
function entityHint(schema: TSchema, { path, kind }: SchemaFault): Message | undefined {
  const singular = /^(\w+)_id$/.exec(String(path.at(-1)))?.[1];
  if (singular === undefined || kind !== 'unknown') return undefined;
  const home = schemaAt(schema, path.slice(0, -1));
  const types: unknown = Object(propertyOf(home, 'entity_type')).enum;
  const type = pluralOf(singular);
  const isTaken = Array.isArray(types) && types.includes(type) && propertyOf(home, 'entity_id') !== undefined;
  return isTaken ? paramMessages.giveEntity(JSON.stringify(type)) : undefined;
}

/** Where `status` or `lead_status` stands beside `lead`, which takes a status. */
function partHint(schema: TSchema, { path, kind }: SchemaFault): Message | undefined {
  const stray = String(path.at(-1));
  if (path.length !== 1 || kind !== 'unknown') return undefined;
  const parts = Object.entries(Object(schema).properties ?? {}).filter(([name]) => wholes.has(name));
  for (const [name, part] of parts) {
    const own = stray.startsWith(`${name}_`) ? stray.slice(name.length + 1) : stray;
    if (propertyOf(part, own) !== undefined) return paramMessages.giveInPart(name, own);
  }
  return undefined;
}

/** Params that describe something whole. */
const wholes = new Set(['lead', 'task', 'contact', 'company']);

/** A value of another type than the param's is told an example. */
function exampleHint(schema: TSchema, params: unknown, { path, message, kind }: SchemaFault): Message | undefined {
  if (kind !== 'integer' && kind !== 'type') return undefined;
  const examples: unknown = Object(schemaAt(schema, path)).examples;
  const first: unknown = Array.isArray(examples) ? examples[0] : undefined;
  const example = JSON.stringify(first);
  if (example === undefined || example.length > longestExample) return undefined;
  const slip = kind === 'integer' ? slipIn(valueAt(params, path)) : nothing;
  return joined([message, paramTails.suchAs(example), slip]);
}

/** What keeps a value from being the number that was meant: "50 000", 1500.5, "1500,50", "-5", "500 ₽". */
function slipIn(value: unknown): Message {
  const text = typeof value === 'object' ? '' : String(value);
  if (/^-\d+$/.test(text)) return paramTails.notNegative;
  if (/^-?\d+[.,]\d+$/.test(text)) return paramTails.withoutFraction;
  if (/^[\d\s]+$/.test(text) && /\s/.test(text)) return paramTails.withoutSpaces;
  return /^\d+\D/.test(text) ? paramTails.digitsAlone : nothing;
}

function isWord(value: unknown): boolean {
  return typeof value === 'string' && value.trim() !== '' && Number.isNaN(Number(value));
}

/** The param of this name that stands nearest to the place, from the step's own params down, unless it is that place. */
function homeOf(name: string, schema: TSchema, path: Path): Path | undefined {
  const levels = [...path.keys(), path.length].map((length) => path.slice(0, length));
  const home = levels.findLast((above) => propertyOf(schemaAt(schema, above), name) !== undefined && !isAbove(above));
  return home === undefined ? undefined : [...home, name];

  function isAbove(above: Path): boolean {
    return path[above.length] === name;
  }
}

function schemaAt(schema: unknown, path: Path): unknown {
  return path.reduce(propertyOf, schema);
}

/** Where an object has variants, they tell more than what they have in common; the first that has the property does. */
function propertyOf(schema: unknown, name: string | number): unknown {
  const { properties, items, oneOf = [] } = Object(schema);
  if (typeof name === 'number') return items;
  const variants: unknown[] = [oneOf].flat();
  const property = variants.map((variant) => propertyOf(variant, name)).find((found) => found !== undefined);
  return property ?? Object.getOwnPropertyDescriptor(Object(properties), name)?.value;
}
