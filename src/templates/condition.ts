import { type Context, evaluate } from './resolve.ts';
import { parseTemplate } from './template.ts';

/** What counts as false: missing, null, false, 0, "" and "false". */
function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '' && value !== 'false';
}

/** The truth of a condition: of its template, or of a comparison `{a} == 'x'`, `{a} != 'x'` as text. */
export function isConditionTrue(condition: unknown, context: Context): boolean {
  if (typeof condition !== 'string') return isTrue(condition);
  const comparison = readComparison(condition);
  if (comparison === undefined) return isTrue(fill(condition.trim(), context));
  const isEqual = String(fill(comparison.left, context) ?? '') === comparison.right;
  return isEqual === (comparison.operator === '==');
}

/** Read from its end: a literal, before it an operator, before that whatever does not make a longer operator of it. */
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

/** The value of a sole placeholder, else the text with missing values as nothing. */
function fill(text: string, context: Context): unknown {
  const parts = parseTemplate(text);
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object') return evaluate(only, context);
  return parts.map((part) => (typeof part === 'string' ? part : String(evaluate(part, context) ?? ''))).join('');
}
