import type { Message } from '../messages/message.ts';
import { templateMessages } from '../messages/scenarios.ts';
import { Problem } from '../problems/problem.ts';

/** Bytes (UTF-8) of text that the templates of one request may take from its context. */
const maxBytes = 2 ** 20;

/** Placeholders that one request may have, an operand of one being as much work: so many take time, whatever their values. */
const maxPlaceholders = 2 ** 16;

/** Letters that are searched at the price of a placeholder: a loop of a scenario can search one text 200 times. */
const lettersPerPlaceholder = 64;

/** The budgets of one request, one of text and one of work. All throw CONTEXT_TOO_LARGE beyond the limit. */
export interface TextBudget {
  /** Counts a value that a template inserts. */
  spend(value: unknown): void;
  /** Counts a text before it is searched for placeholders. */
  search(text: string): void;
  /** Counts the placeholders of a text before it is read. */
  open(text: string): void;
}

export function createTextBudget(): TextBudget {
  const bytes = limited(maxBytes, templateMessages.tooMuch(maxBytes));
  const work = limited(maxPlaceholders * lettersPerPlaceholder, templateMessages.tooManyPlaceholders);
  return {
    spend(value) {
      // A list or an object is sent as JSON, once for each placeholder that names it.
      const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
      bytes(Buffer.byteLength(text));
    },
    search: (text) => work(text.length),
    open: (text) => work(lettersPerPlaceholder * (countOf(text, '{') + countOf(text, '||'))),
  };
}

/** Counts what is taken from an amount; throws CONTEXT_TOO_LARGE beyond it. */
function limited(amount: number, message: Message): (taken: number) => void {
  let left = amount;
  return (taken) => {
    left -= taken;
    if (left < 0) throw new Problem('CONTEXT_TOO_LARGE', message);
  };
}

function countOf(text: string, part: string): number {
  let count = 0;
  for (let at = text.indexOf(part); at !== -1; at = text.indexOf(part, at + part.length)) count += 1;
  return count;
}
