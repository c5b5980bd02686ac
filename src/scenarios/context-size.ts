import { scenarioMessages } from '../messages/scenarios.ts';
import { Problem } from '../problems/problem.ts';

/** Bytes of a scenario's context as JSON. */
const maxBytes = 4 * 2 ** 20;

/** Tracks the size of a context to which variables are added; adding one costs time for that one only. */
export function measureContext(context: Readonly<Record<string, unknown>>) {
  const sizes = new Map(Object.entries(context).map(([name, value]) => [name, sizeOf(name, value)]));
  let total = sizes.values().reduce((sum, size) => sum + size, 1);

  /** Adds a value; throws CONTEXT_TOO_LARGE beyond the limit. */
  return (name: string, value: unknown): void => {
    const size = sizeOf(name, value);
    const next = total - (sizes.get(name) ?? 0) + size;
    if (next > maxBytes) throw new Problem('CONTEXT_TOO_LARGE', scenarioMessages.contextTooLarge(name, maxBytes));
    sizes.set(name, size);
    total = next;
  };
}

/** Bytes of the variable and the comma or brace behind it. */
function sizeOf(name: string, value: unknown): number {
  return Buffer.byteLength(JSON.stringify({ [name]: value })) - 1;
}
