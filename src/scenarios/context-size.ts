import type { Message } from '../messages/message.ts';
import { scenarioMessages } from '../messages/scenarios.ts';
import { Problem } from '../problems/problem.ts';
import { cut } from '../text/names.ts';

/** Bytes of a scenario's context as JSON. */
const maxBytes = 4 * 2 ** 20;

/**
 * Tracks the size of a context to which variables are added; adding one costs time for that one only. `explain` words
 * what is too much.
 */
export function measureContext(
  context: Readonly<Record<string, unknown>>,
  explain: (name: string, bytes: number) => Message = scenarioMessages.contextTooLarge,
) {
  const sizes = new Map(Object.entries(context).map(([name, value]) => [name, sizeOf(name, value)]));
  let total = sizes.values().reduce((sum, size) => sum + size, 1);

  /** Adds a value; throws CONTEXT_TOO_LARGE beyond the limit. */
  return (name: string, value: unknown): void => {
    const size = sizeOf(name, value);
    const next = total - (sizes.get(name) ?? 0) + size;
    if (next > maxBytes) throw new Problem('CONTEXT_TOO_LARGE', explain(cut(name), maxBytes));
    sizes.set(name, size);
    total = next;
  };
}

/** Bytes of the variable and the comma or brace behind it. */
function sizeOf(name: string, value: unknown): number {
  return Buffer.byteLength(JSON.stringify({ [name]: value })) - 1;
}
