import type { Message } from '../messages/message.ts';
import { templateMessages } from '../messages/scenarios.ts';
import { formatPath } from '../problems/document-order.ts';
import { maxErrors } from '../problems/make-document.ts';
import type { Fault, Path } from '../problems/problem.ts';
import { mostFaults } from '../schemas/schema-faults.ts';
import { cut } from '../text/names.ts';
import { type Context, lookUp } from './look-up.ts';
import { nearVariable } from './near-variable.ts';
import {
  almostPlaceholder,
  firstPlaceholder,
  type Operand,
  type Placeholder,
  parseTemplate,
  readOperands,
} from './template.ts';
import type { TextBudget } from './text-budget.ts';
import { withoutNulls } from './without-nulls.ts';

export interface Resolved {
  value: unknown;
  faults: Fault[];
  /** About texts that look as if they were to be filled in; the first 50. */
  warnings: Message[];
}

/** Faults for which a near name is looked up. */
const mostNear = 10;

/** The source of the values of placeholders, and the budget of text taken from it. */
export interface Source {
  context: Context;
  budget: TextBudget;
}

/**
 * Resolves the placeholders in every string of `value`, at any depth; keys are unchanged. A string that is one
 * placeholder keeps the value's type, without members that are null; one with a fault is left unchanged. Text from the
 * context is never expanded again. Throws CONTEXT_TOO_LARGE.
 */
export function resolveTemplates(value: unknown, source: Source, path: Path): Resolved {
  const found = { faults: [], warnings: [] };
  return { value: map(value, path, (text, at) => resolveText(text, source, at, found)), ...found };
}

function map(value: unknown, path: Path, onText: (text: string, path: Path) => unknown): unknown {
  if (typeof value === 'string') return onText(value, path);
  if (Array.isArray(value)) return value.map((part: unknown, index) => map(part, [...path, index], onText));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, map(part, [...path, key], onText)]));
}

function resolveText(text: string, source: Source, path: Path, { faults, warnings }: Omit<Resolved, 'value'>): unknown {
  // With so many faults the request is refused, and more are not told.
  if (!text.includes('{') || faults.length >= mostFaults) return text;
  source.budget.search(text);
  const first = firstPlaceholder(text);
  if (first === undefined) {
    warnOf(text);
    return text;
  }
  source.budget.open(text);
  // Those of one text are limited as those of a whole request.
  const own: Fault[] = [];
  const value = first.isSole
    ? withoutNulls(fetchValue(first, source, path, own))
    : parseTemplate(text).map(toText).join('');
  faults.push(...own);
  return own.length > 0 ? text : value;

  function toText(part: string | Placeholder): string {
    if (typeof part !== 'string') return own.length < maxErrors ? textOf(part, source, path, own) : '';
    warnOf(part);
    return part;
  }

  /** What is written as it stands, though it begins with the name of a variable. */
  function warnOf(part: string): void {
    if (warnings.length >= maxErrors || !part.includes('{')) return;
    const meant = almostPlaceholder(part, (name) => Object.hasOwn(source.context, name));
    if (meant === undefined) return;
    const place = formatPath(['params', ...path]);
    const plain = meant.name.replaceAll('-', '_');
    const word = plain === meant.name ? templateMessages.almostFilled : templateMessages.hyphenated;
    warnings.push(word(place, cut(meant.source), cut(plain)));
  }
}

function fetchValue(placeholder: Placeholder, source: Source, path: Path, faults: Fault[]): unknown {
  const value = take(placeholder, source);
  if (value === undefined) {
    const near = faults.length < mostNear ? nearVariable(readOperands(placeholder)[0], source.context) : undefined;
    faults.push(unresolved(placeholder, path, 'noValue', near));
  }
  return value;
}

function textOf(placeholder: Placeholder, source: Source, path: Path, faults: Fault[]): string {
  const value = fetchValue(placeholder, source, path, faults);
  if (typeof value !== 'object') return String(value);
  faults.push(unresolved(placeholder, path, 'noText'));
  return '';
}

export function unresolved(
  { source, at }: Placeholder,
  path: Path,
  why: 'noValue' | 'noText',
  near?: string | undefined,
): Fault {
  const { noText, noValue, noValueNear, noId, unquoted } = templateMessages;
  const place = cut(source);
  const code = 'TEMPLATE_UNRESOLVED';
  if (why === 'noText') return { path, message: noText(place, at), code };
  if (near !== undefined) return { path, message: noValueNear(place, at, cut(near)), code };
  if (source.includes('||')) return { path, message: unquoted(place, at), code };
  // Without its contact a lead would be made all the same.
  const isId = /(?:^|_)ids?$/.test(String(path.findLast((key) => typeof key === 'string')));
  return { path, message: (isId ? noId : noValue)(place, at), code };
}

/** The placeholder's value, counted against the budget; undefined where it has none. Throws CONTEXT_TOO_LARGE. */
export function take(placeholder: Placeholder, { context, budget }: Source): unknown {
  const value = peek(placeholder, context);
  if (value !== undefined) budget.spend(value);
  return value;
}

/** The same without counting. */
export function peek(placeholder: Placeholder, context: Context): unknown {
  const operands = readOperands(placeholder);
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
