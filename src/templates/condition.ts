import { type Context, evaluate } from './resolve.ts';
import { parseTemplate } from './template.ts';

const comparison = /^(?<left>.*?[^=!<>])\s*(?<operator>==|!=)\s*(?:'(?<single>[^']*)'|"(?<double>[^"]*)")\s*$/s;

/** What counts as false: missing, null, false, 0, "" and "false". */
function isTrue(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== 0 && value !== '' && value !== 'false';
}

/** The truth of a condition: of its template, or of a comparison `{a} == 'x'`, `{a} != 'x'` as text. */
export function isConditionTrue(condition: unknown, context: Context): boolean {
  if (typeof condition !== 'string') return isTrue(condition);
  const { left = '', operator, single, double } = comparison.exec(condition)?.groups ?? {};
  if (operator === undefined) return isTrue(fill(condition.trim(), context));
  const equal = String(fill(left.trim(), context) ?? '') === (single ?? double);
  return operator === '==' ? equal : !equal;
}

/** The value of a sole placeholder, else the text with missing values as nothing. */
function fill(text: string, context: Context): unknown {
  const parts = parseTemplate(text);
  const [only] = parts;
  if (parts.length === 1 && typeof only === 'object') return evaluate(only, context);
  return parts.map((part) => (typeof part === 'string' ? part : String(evaluate(part, context) ?? ''))).join('');
}
