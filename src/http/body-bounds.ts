import { bodyMessages } from '../messages/json.ts';
import { Problem } from '../problems/problem.ts';

const maxValues = 50_000;
const maxDepth = 64;

/** Throws INVALID_REQUEST where a body has too many values, or is nested too deep. */
export function refuseBeyondBounds(values: number, depth: number): void {
  if (depth > maxDepth) throw new Problem('INVALID_REQUEST', bodyMessages.tooDeep(maxDepth));
  if (values > maxValues) throw new Problem('INVALID_REQUEST', bodyMessages.tooManyValues(maxValues));
}

const quote = 0x22;
const comma = 0x2c;
const backslash = 0x5c;

/**
 * Counts values and nesting levels outside strings before the body is parsed; gives the number of values. Invalid JSON is
 * left to the parser. Throws INVALID_REQUEST beyond the bounds.
 */
export function countValues(bytes: Uint8Array): number {
  let values = 1;
  let depth = 0;
  let isOpened = false;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] ?? 0;
    if (isBlank(byte)) continue;
    if (byte === comma || (isOpened && !closes(byte))) values += 1;
    isOpened = opens(byte);
    if (isOpened) depth += 1;
    else if (closes(byte)) depth -= 1;
    else if (byte === quote) at = endOfString(bytes, at);
    refuseBeyondBounds(values, depth);
  }
  return values;
}

/** The position of the quote that ends the string. */
function endOfString(bytes: Uint8Array, start: number): number {
  let at = start + 1;
  while (at < bytes.length && bytes[at] !== quote) at += bytes[at] === backslash ? 2 : 1;
  return at;
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}

function opens(byte: number): boolean {
  return byte === 0x5b || byte === 0x7b;
}

function closes(byte: number): boolean {
  return byte === 0x5d || byte === 0x7d;
}
