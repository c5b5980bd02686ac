import { propertiesOf, variantsOf } from '../../schemas/properties.ts';
import { dryRunParam } from '../../steps/dry-run-param.ts';
import { nearest } from '../../text/names.ts';

/**
 * The body of a step from one whose params stand at the top level: `{ phone, name }` becomes `{ params: { phone, name } }`.
 * One with `params` stays as it is. In a form, values get the types that the step's schema asks for.
 */
export function unflatten(body: unknown, schema: object, isForm: boolean): unknown {
  if (!isObject(body)) return body;
  const whole = Object.hasOwn(body, 'params') ? body : wrapped(body, schema);
  return isForm ? { ...whole, params: typed(whole.params, schema) } : whole;
}

/** What the body of a step may have beside its params; `dry_run` is refused there. */
const besideParams = ['id', 'type', 'next_step', 'context', dryRunParam];

function wrapped(body: Record<string, unknown>, schema: object): Record<string, unknown> {
  const known = new Set([...Object.keys(propertiesOf(schema)), ...aliasesOf(schema)]);
  const beside = new Set(besideParams.filter((name) => !known.has(name)));
  const strays = straysAmong(body, known.union(beside), (name) => isMeant(name, known));
  // In the body's order: of several failures the first param's is the one that is told.
  const pick = (names: ReadonlySet<string>) =>
    Object.fromEntries(Object.entries(body).filter(([name]) => names.has(name)));
  return { ...pick(beside), params: pick(known.union(new Set(strays))) };
}

/** Keys of the body that are none of these but were meant for one; the first few, since a body may have many. */
function straysAmong(body: object, known: ReadonlySet<string>, isMeant: (name: string) => boolean): string[] {
  const strays: string[] = [];
  let looked = 0;
  for (const name in body) {
    if (strays.length === mostStrays || looked === mostLooked) break;
    if (known.has(name)) continue;
    looked += 1;
    if (isMeant(name)) strays.push(name);
  }
  return strays;
}

/** Whether a key was probably meant for a param: left out in silence, it would be missed. The step refuses it by name. */
function isMeant(name: string, known: ReadonlySet<string>): boolean {
  if (name.includes('[') || (name.endsWith('_id') && known.has('entity_id'))) return true;
  return nearest(name, [...known]).length > 0;
}

const mostStrays = 20;
/** To tell what a key resembles takes some microseconds. */
const mostLooked = 100;

/** Text of a form as what its place takes: one value as a list of one; "true" and "false", "1" and "0" as booleans. */
function typed(value: unknown, schema: unknown): unknown {
  const { type, items, enum: choices } = Object(schema);
  if (Array.isArray(value)) return value.map((item) => typed(item, items));
  if (isObject(value)) {
    const properties = propertiesOf(Object(schema));
    const typedParts: Record<string, unknown> = {};
    for (const name of Object.keys(value)) typedParts[name] = typed(value[name], properties[name]);
    return typedParts;
  }
  if (type === 'array' && value !== '') return [typed(value, items)];
  const isFlag = type === 'boolean' || (Array.isArray(choices) && choices.includes(true));
  return isFlag ? (flags.get(value) ?? value) : value;
}

const flags = new Map<unknown, boolean>([
  ['true', true],
  ['false', false],
  ['1', true],
  ['0', false],
]);

/** Second names of its properties. */
function aliasesOf(schema: unknown): string[] {
  const { 'x-aliases': aliases = {} } = Object(schema);
  return [...Object.keys(aliases), ...variantsOf(Object(schema)).flatMap(aliasesOf)];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
