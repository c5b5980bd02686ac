import { largestPage } from '../../schemas/largest-page.ts';
import { readAnswer } from '../client/outcomes.ts';
import { type Operation, unlessAborted } from '../operation/operation.ts';
import type { Slot } from '../pace/pacer.ts';
import type { Collection } from '../shapes/collection.ts';
import { type Entity, readEntityList } from '../shapes/entities.ts';
import { createBatcher, type Entry } from '../wire/batcher.ts';
import { wholePages } from './pages.ts';
import { type ReadTools, readPatiently } from './patiently.ts';

/** Made once: an abort without a reason makes an exception with a stack, for each that has its answer too. */
const nobodyWaits = new Error('Nobody waits for it any more');

/** What there is of these ids, undefined for each that is not there. */
export type IdLookup = (ids: readonly number[], operation: Operation) => Promise<(Entity | undefined)[]>;

/** An id that waits for its call, and all of one caller who wait for it. */
interface Order {
  id: number;
  operations: Set<Operation>;
  answer: Promise<Entity | undefined>;
  /** To be called when nobody waits for it any more. */
  cancel(reason: unknown): void;
}

/**
 * Looks entities up by id, many ids in one request. `parts` is the value of `with`, "" for none. `filter[id]` is the one
 * filter that works without the paid add-on; even so, each entity's id is checked here. Errors: those of reads. Source:
 * developers' reference, filters.
 */
export function createIdLookup({ path, list }: Collection, parts: string, tools: ReadTools): IdLookup {
  const name = `ids of ${path} ${parts}`.trimEnd();
  const ask = createBatcher<Order, Entity | undefined>({
    name,
    ...tools,
    max: () => largestPage,
    concurrency: 2,
    send: lookUp,
  });
  /** Those that no call has taken yet, by caller: each keeps his own turns. */
  const waiting = new Map<string, Order>();
  const keyOf = (id: number, caller: string) => `${id} ${caller}`;

  return async (ids, operation) => {
    operation.signal.throwIfAborted();
    // Each by its own deadline, also where it shares a place.
    const refused = ask.refusal(operation);
    if (refused !== undefined) throw refused;
    const orders = ids.map((id) => join(id, operation));
    try {
      return await unlessAborted(Promise.all(orders.map(({ answer }) => answer)), operation.signal);
    } finally {
      for (const order of orders) leave(order, operation);
    }
  };

  function join(id: number, operation: Operation): Order {
    const key = keyOf(id, operation.caller);
    const order = waiting.get(key) ?? place(id, operation);
    order.operations.add(operation);
    waiting.set(key, order);
    return order;
  }

  function place(id: number, operation: Operation): Order {
    const { promise: answer, resolve } = Promise.withResolvers<Entity | undefined>();
    const controller = new AbortController();
    const order = { id, operations: new Set<Operation>(), answer, cancel: controller.abort.bind(controller) };
    resolve(ask(order, { ...operation, signal: controller.signal }));
    return order;
  }

  function leave(order: Order, operation: Operation): void {
    order.operations.delete(operation);
    if (order.operations.size > 0) return;
    const key = keyOf(order.id, operation.caller);
    if (waiting.get(key) === order) waiting.delete(key);
    order.cancel(operation.signal.reason ?? nobodyWaits);
  }

  async function lookUp(entries: readonly Entry<Order, Entity | undefined>[], slot: Slot): Promise<void> {
    for (const { item, operation } of entries) waiting.delete(keyOf(item.id, operation.caller));
    const operations = new Set(entries.flatMap(({ item }) => [...item.operations]));
    const ids = [...new Set(entries.map(({ item }) => item.id))];
    const query = [
      wholePages,
      ...(parts === '' ? [] : [['with', parts] as const]),
      ...ids.map((id) => ['filter[id][]', String(id)] as const),
    ];
    try {
      const read = Symbol(path);
      for (const operation of operations) {
        operation.hasBegun = true;
        operation.reads?.add(read);
      }
      const askedBy = [...operations].flatMap(({ requestIds }) => requestIds);
      const request = { method: 'GET', path: `/api/v4/${path}`, query, askedBy } as const;
      const page = readAnswer(await readPatiently(tools, request, { participant: name }, slot));
      const found = page === undefined ? [] : readEntityList(page, list);
      const byId = new Map(found.filter(({ is_deleted }) => is_deleted !== true).map((entity) => [entity.id, entity]));
      for (const { item, resolve } of entries) resolve(byId.get(item.id));
    } catch (error) {
      for (const { reject } of entries) reject(error);
    }
  }
}
