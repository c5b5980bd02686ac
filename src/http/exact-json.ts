import { bodyMessages } from '../messages/json.ts';
import type { Message } from '../messages/message.ts';
import { type Fault, refuseFaults } from '../problems/problem.ts';
import { mostFaults } from '../schemas/schema-faults.ts';
import { isSameDecimal } from '../text/decimals.ts';
import { parseJson } from '../text/parse-json.ts';

/**
 * `JSON.parse` that refuses values that would change, with their paths: numbers that JavaScript or JSON cannot
 * represent exactly, and keys that poison prototypes. Throws SyntaxError and Problem.
 */
export function parseExactly(text: string): unknown {
  const { reviver, isAny } = markChanged();
  const body: unknown = mayChange.test(text) ? parseJson(text, reviver) : parseJson(text);
  if (isAny() || mayPoison.test(text)) refuseFaults(faultsIn(body));
  return body;
}

/** A number that is long, has an exponent or is -0. */
const mayChange = /[\d.]{16}|\d[eE]|-0(?!\d)/;
/** A key that poisons prototypes, maybe escaped. */
const mayPoison = /__proto__|prototype|\\u00[2-7]/;
const shownLength = 60;

/** A placeholder for a number until its path is known. */
class ChangedNumber {
  readonly source: string;

  constructor(source: string) {
    this.source = source;
  }
}

/** A reviver that puts placeholders for the first numbers that would change. */
function markChanged() {
  let marked = 0;
  const reviver = (_key: string, value: unknown, { source = '' }: { source?: string } = {}): unknown => {
    if (typeof value !== 'number' || marked === mostFaults || isKept(value, source)) return value;
    marked += 1;
    return new ChangedNumber(source);
  };
  return { reviver, isAny: () => marked > 0 };
}

function isKept(value: number, source: string): boolean {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER) return false;
  const kept = String(value);
  return kept === source || isSameDecimal(source, kept);
}

function faultsIn(body: unknown): Fault[] {
  const faults: Fault[] = [];
  const path: (string | number)[] = [];
  visit(body);
  return faults;

  function visit(value: unknown): void {
    if (faults.length === mostFaults) return;
    if (value instanceof ChangedNumber) {
      const shown = value.source.length > shownLength ? `${value.source.slice(0, shownLength)}…` : value.source;
      refuse(bodyMessages.changedNumber(shown));
    } else if (Array.isArray(value)) {
      for (const [index, item] of value.entries()) visitBelow(index, item);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, item] of Object.entries(value)) visitBelow(key, item);
    }
  }

  function visitBelow(key: string | number, value: unknown): void {
    const isPoison = key === '__proto__' || (key === 'prototype' && path.at(-1) === 'constructor');
    path.push(key);
    if (isPoison) refuse(bodyMessages.poison);
    else visit(value);
    path.pop();
  }

  function refuse(message: Message): void {
    faults.push({ path: [...path], message, code: 'INVALID_REQUEST' });
  }
}
