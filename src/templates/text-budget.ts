import { templateMessages } from '../messages/scenarios.ts';
import { Problem } from '../problems/problem.ts';

/** Bytes (UTF-8) of text that the templates of one request may take from its context. */
const maxBytes = 2 ** 20;

/** What a placeholder or an operand of one costs at least, whatever its value: so many take time, too. */
const leastBytes = 16;

/** Letters that are searched for placeholders at the price of a byte: a loop of a scenario can search one text 200 times. */
const lettersPerByte = 4;

/** The budget of one request. All throw CONTEXT_TOO_LARGE beyond the limit. */
export interface TextBudget {
  /** Counts a value that a template inserts. */
  spend(value: unknown): void;
  /** Counts a text before it is searched for placeholders. */
  search(text: string): void;
  /** Counts the placeholders of a text before it is read. */
  open(text: string): void;
}

export function createTextBudget(): TextBudget {
  let left = maxBytes;

  function take(bytes: number): void {
    left -= bytes;
    if (left < 0) throw new Problem('CONTEXT_TOO_LARGE', templateMessages.tooMuch(maxBytes));
  }

  return {
    spend(value) {
      // A list or an object is sent as JSON, once for each placeholder that names it.
      const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
      take(Buffer.byteLength(text));
    },
    search: (text) => take(Math.floor(text.length / lettersPerByte)),
    open: (text) => take(leastBytes * (countOf(text, '{') + countOf(text, '||'))),
  };
}

function countOf(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}
