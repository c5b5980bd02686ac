import { readAnswer } from '../client/outcomes.ts';
import { type Operation, unlessAborted } from '../operation/operation.ts';
import type { Slot } from '../pace/pacer.ts';
import type { Collection } from '../shapes/collection.ts';
import { type Entity, readEntityList } from '../shapes/entities.ts';
import { createBatcher, type Entry } from '../wire/batcher.ts';
import { type ReadTools, readPatiently } from './patiently.ts';

const idsPerCall = 250;

export type IdLookup = (id: number, operation: Operation) => Promise<Entity | undefined>;

/**
 * Looks entities up by id, many ids in one request. `parts` is the value of `with`, "" for none. `filter[id]` is the one
 * filter that works without the paid add-on; even so, each entity's id is checked here. Errors: those of reads. Source:
 * developers' reference, filters.
 */
export function createIdLookup({ path, list }: Collection, parts: string, tools: ReadTools): IdLookup {
  const name = `ids of ${path} ${parts}`.trimEnd();
  const ask = createBatcher<number, Entity | undefined>({
    name,
    ...tools,
    max: () => idsPerCall,
    concurrency: 2,
    send: lookUp,
  });
  return async (id, operation) => {
    operation.signal.throwIfAborted();
    return unlessAborted(ask(id, operation), operation.signal);
  };

  async function lookUp(entries: readonly Entry<number, Entity | undefined>[], slot: Slot): Promise<void> {
    const ids = [...new Set(entries.map(({ item }) => item))];
    const query = [
      ['limit', String(idsPerCall)] as const,
      ...(parts === '' ? [] : [['with', parts] as const]),
      ...ids.map((id) => ['filter[id][]', String(id)] as const),
    ];
    try {
      const read = Symbol(path);
      for (const { operation } of entries) operation.reads?.add(read);
      const askedBy = entries.flatMap(({ operation }) => operation.requestIds);
      const request = { method: 'GET', path: `/api/v4/${path}`, query, askedBy } as const;
      const page = readAnswer(await readPatiently(tools, request, { participant: name }, slot));
      const found = page === undefined ? [] : readEntityList(page, list);
      const byId = new Map(found.filter(({ is_deleted }) => is_deleted !== true).map((entity) => [entity.id, entity]));
      for (const { item, resolve } of entries) resolve(byId.get(item));
    } catch (error) {
      for (const { reject } of entries) reject(error);
    }
  }
}
