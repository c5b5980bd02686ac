import type { Fault, Path } from '../problems/problem.ts';
import { type Operand, type Placeholder, parseTemplate, solePlaceholder } from './template.ts';

export type Context = Readonly<Record<string, unknown>>;

export interface Resolved {
  value: unknown;
  faults: Fault[];
}

/**
 * Puts the context's values into every string of `value`, at any depth; keys stay as they are. A string that is one
 * placeholder keeps the value's type, one with a fault stays as it is. Text that comes from the context is never expanded
 * again.
 */
export function resolveTemplates(value: unknown, context: Context, path: Path): Resolved {
  const faults: Fault[] = [];
  return { value: map(value, path, (text, at) => resolveText(text, context, at, faults)), faults };
}

/** One fault for each string that is nothing but a placeholder, where there is no context to take values from. */
export function refuseBarePlaceholders(value: unknown, path: Path): Fault[] {
  const faults: Fault[] = [];
  map(value, path, (text, at) => {
    const placeholder = solePlaceholder(text);
    const message = `is the placeholder ${text}, but the request has no context to take its value from`;
    if (placeholder !== undefined) faults.push({ path: at, message, code: 'INVALID_REQUEST' });
    return text;
  });
  return faults;
}

/** The places of all strings that hold a placeholder, so that their final form is not known before the context is. */
export function placesOfPlaceholders(value: unknown): Path[] {
  const places: Path[] = [];
  map(value, [], (text, at) => {
    if (parseTemplate(text).some((part) => typeof part === 'object')) places.push(at);
    return text;
  });
  return places;
}

function map(value: unknown, path: Path, onText: (text: string, path: Path) => unknown): unknown {
  if (typeof value === 'string') return onText(value, path);
  if (Array.isArray(value)) return value.map((part: unknown, index) => map(part, [...path, index], onText));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, map(part, [...path, key], onText)]));
}

function resolveText(text: string, context: Context, path: Path, faults: Fault[]): unknown {
  const parts = parseTemplate(text);
  const [only] = parts;
  const before = faults.length;
  const value =
    parts.length === 1 && typeof only === 'object'
      ? fetchValue(only, context, path, faults)
      : parts.map((part) => (typeof part === 'string' ? part : textOf(part, context, path, faults))).join('');
  return faults.length > before ? text : value;
}

function fetchValue(placeholder: Placeholder, context: Context, path: Path, faults: Fault[]): unknown {
  const value = evaluate(placeholder, context);
  if (value === undefined) faults.push(unresolved(placeholder, path, 'has no value in the context'));
  return value;
}

function textOf(placeholder: Placeholder, context: Context, path: Path, faults: Fault[]): string {
  const value = fetchValue(placeholder, context, path, faults);
  if (typeof value === 'object') {
    faults.push(unresolved(placeholder, path, 'is a list or an object and cannot stand inside text'));
    return '';
  }
  return String(value);
}

function unresolved({ source, at }: Placeholder, path: Path, what: string): Fault {
  return { path, message: `${source} at position ${at} ${what}`, code: 'TEMPLATE_UNRESOLVED' };
}

/** The placeholder's value; undefined where it has none. */
export function evaluate({ operands }: Placeholder, context: Context): unknown {
  const [first, ...others] = operands;
  if (first === undefined) return undefined;
  if (others.length === 0) return present(operandValue(first, context));
  const last = operands.at(-1);
  const usable = operands.map((operand) => operandValue(operand, context)).find(isUsable);
  return usable ?? (last !== undefined && 'literal' in last ? last.literal : undefined);
}

function operandValue(operand: Operand, context: Context): unknown {
  return 'literal' in operand ? operand.literal : lookUp(operand.path, context);
}

function isUsable(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}

function present(value: unknown): unknown {
  return value === null ? undefined : value;
}

const neverRead = new Set(['length', '__proto__', 'constructor']);

/** Own properties of objects and elements of lists, nothing else. */
function lookUp(path: readonly string[], context: Context): unknown {
  let value: unknown = context;
  for (const name of path) {
    if (typeof value !== 'object' || value === null || neverRead.has(name) || !Object.hasOwn(value, name))
      return undefined;
    value = Object.getOwnPropertyDescriptor(value, name)?.value;
  }
  return value;
}
