import type { Call } from './call.ts';
import type { Gate } from './gate.ts';
import { nextQuery } from './hal.ts';
import type { Query } from './reads.ts';

/** Pages of a list, each read when it is asked for. A full last page may promise a next one that is empty. */
export async function* readPages(gate: Gate, path: string, query: Query, call: Call): AsyncGenerator<unknown> {
  for (let next: Query | undefined = query; next !== undefined; ) {
    const page = await gate.read(path, next, call);
    if (page === undefined) return;
    yield page;
    next = nextQuery(page);
  }
}
