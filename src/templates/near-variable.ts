import { nearest } from '../text/names.ts';
import { type Context, lookUp } from './look-up.ts';
import { isName, type Operand } from './template.ts';

/** Names that are compared: each comparison takes a microsecond. */
const mostCompared = 500;

/** The variable that was probably meant by one that has no value, as far as its first name that is missing. */
export function nearVariable(operand: Operand | undefined, context: Context): string | undefined {
  if (operand === undefined || 'literal' in operand) return undefined;
  const { path } = operand;
  let holder: unknown = context;
  for (const [depth, name] of path.entries()) {
    const inner = lookUp([name], Object(holder));
    if (inner !== undefined) {
      holder = inner;
      continue;
    }
    const names = Array.isArray(holder) ? [] : Object.keys(Object(holder));
    const [near] = names.length > mostCompared ? [] : nearest(name, names.filter(isName));
    return near === undefined ? undefined : [...path.slice(0, depth), near].join('.');
  }
  return undefined;
}
