import { Problem } from '../problems/problem.ts';

/** Bytes (UTF-8) of text that the templates of one request may take from its context. */
const maxBytes = 2 ** 20;

/** Counts a value that a template inserts; throws CONTEXT_TOO_LARGE beyond the limit. */
export type TextBudget = (value: unknown) => void;

export function createTextBudget(): TextBudget {
  let left = maxBytes;
  return (value) => {
    // A list or an object is sent as JSON, once for each placeholder that names it.
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    left -= Buffer.byteLength(text);
    if (left < 0) throw new Problem('CONTEXT_TOO_LARGE', `Templates take more than ${maxBytes} bytes from the context`);
  };
}
