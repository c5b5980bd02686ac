import { refuseFaults } from '../problems/problem.ts';
import { peek, type Source, take, unresolved } from './resolve.ts';
import { firstPlaceholder, type Placeholder, parseTemplate } from './template.ts';

/** What counts as false: missing, null, false, 0, "" and "false". */
function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '' && value !== 'false';
}

/**
 * Evaluates a condition: a template, or a comparison `{a} == 'x'`, `{a} != 'x'` as text. Throws TEMPLATE_UNRESOLVED
 * where a list or an object would be compared as text, and CONTEXT_TOO_LARGE.
 */
export function isConditionTrue(condition: unknown, source: Source): boolean {
  if (typeof condition !== 'string') return isTrue(condition);
  source.budget.search(condition);
  const comparison = readComparison(condition);
  if (comparison === undefined) {
    source.budget.open(condition);
    const parts = parseTemplate(condition.trim());
    const [only] = parts;
    return isTrue(parts.length === 1 && typeof only === 'object' ? peek(only, source.context) : fill(parts, source));
  }
  source.budget.open(comparison.left);
  const isEqual = fill(parseTemplate(comparison.left), source) === comparison.right;
  return isEqual === (comparison.operator === '==');
}

/** What stands in comparisons, negations and placeholders that are none; as text it would be true, whatever the values are. */
const likeAnOperator = /[=<>!{}]|&&|\|\||^\s*(?:not|не)\s/iu;

/** A variable or a part of one, as it stands between braces, or as other builders write it. */
const bareVariable = /^[$#%<[]*([\p{L}_][\p{L}\p{N}_]*)(?:\.[\p{L}\p{N}_]+|\[\d+\])*[%>\]]*$/u;

/** Why a condition cannot be meant as it stands: its own `operator` is none, or a variable is `bare`, without its braces. */
export type Mistake = { kind: 'operator' } | { kind: 'bare'; variable: string };

/**
 * What is wrong with a condition that comes to the same whatever the values are; `isVariable` tells the names of the
 * scenario.
 */
export function mistakeIn(condition: unknown, isVariable: (name: string) => boolean): Mistake | undefined {
  if (typeof condition !== 'string') return undefined;
  const comparison = readComparison(condition);
  const variable = comparison?.left ?? condition.trim();
  const name = bareVariable.exec(variable)?.[1];
  // Any other word is a text, which is true.
  if (name !== undefined && isVariable(name)) return { kind: 'bare', variable };
  if (comparison !== undefined) return isDecided(comparison) ? { kind: 'operator' } : undefined;
  const parts = parseTemplate(condition.trim());
  const texts = parts.filter((part) => typeof part === 'string');
  // Text beside a placeholder is never empty, and so always true.
  const isMixed = texts.length > 0 && texts.length < parts.length;
  return isMixed || texts.some((text) => likeAnOperator.test(text)) ? { kind: 'operator' } : undefined;
}

/**
 * Whether a comparison with a placeholder comes to the same whatever the values are: the text on the right is never
 * filled in, and where it lacks a text that stands beside the placeholders, the two sides are never equal. A placeholder
 * there is a mistake, unless it is the one on the left: so one asks whether a builder has left it unfilled.
 */
function isDecided({ left, right }: { left: string; right: string }): boolean {
  if (firstPlaceholder(right) !== undefined) return bare(left) !== bare(right);
  const parts = parseTemplate(left);
  if (parts.every((part) => typeof part === 'string')) return false;
  let from = 0;
  return parts.some((part) => {
    if (typeof part !== 'string') return false;
    const at = right.indexOf(part, from);
    from = at + part.length;
    return at === -1;
  });
}

function bare(side: string): string {
  return side.replace(/[{}\s]/g, '');
}

/** Matched from the end: a literal, before it an operator, before that text that does not make the operator longer. */
function readComparison(condition: string): { left: string; operator: string; right: string } | undefined {
  const text = condition.trimEnd();
  const quote = text.at(-1) ?? '';
  const start = text.slice(0, -1).lastIndexOf(quote);
  if (!(quote === "'" || quote === '"') || start === -1) return undefined;
  const before = text.slice(0, start).trimEnd();
  const operator = before.slice(-2);
  const left = before.slice(0, -2);
  if (!(operator === '==' || operator === '!=') || left === '' || '=!<>'.includes(left.at(-1) ?? '')) return undefined;
  return { left: left.trim(), operator, right: text.slice(start + 1, -1) };
}

/** The text with missing values as "". */
function fill(parts: readonly (string | Placeholder)[], source: Source): string {
  return parts.map((part) => (typeof part === 'string' ? part : textOf(part, source))).join('');
}

function textOf(placeholder: Placeholder, source: Source): string {
  const value = take(placeholder, source) ?? '';
  if (typeof value === 'object') refuseFaults([unresolved(placeholder, ['condition'], 'noText')]);
  return String(value);
}
