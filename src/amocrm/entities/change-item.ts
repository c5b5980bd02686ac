import type { Amo } from '../amo.ts';
import type { Operation } from '../operation/operation.ts';
import { nameOfWrite, type WriteBody } from '../operation/write-log.ts';
import type { Collection } from '../shapes/collection.ts';
import { writtenOf } from '../writes/answers.ts';
import type { Draft } from '../writes/draft.ts';

/** What differs from an item, ready to be sent, and the item as it will be after the write. */
export interface Merged<T> {
  draft: Draft;
  after: T;
}

export interface ItemChange<T> {
  collection: Collection;
  id: number;
  /** Reads the item; throws ENTITY_NOT_FOUND where there is none. */
  read(operation: Operation): Promise<T>;
  /** Called again with what amoCRM has then, where the write is in doubt. */
  merge(current: T): Promise<Merged<T>>;
}

export interface ChangedItem<T> {
  item: T;
  /** Whether it was written, by this attempt or an earlier one under the same key. */
  isWritten: boolean;
  /** What was sent, by this attempt and by an earlier one. */
  bodies: readonly WriteBody[];
}

/**
 * Changes one item without losing what others wrote. Call it under the item's lock: read, merge and write then run one
 * after another. Only what differs is sent, and nothing where nothing differs. What a person changes in amoCRM between
 * the read and the write cannot be seen. Errors: ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes.
 */
export async function changeItem<T extends { id: number }>(
  amo: Amo,
  { collection, id, read, merge }: ItemChange<T>,
): Promise<ChangedItem<T>> {
  const current = await read(amo.operation);
  let merged = await merge(current);
  const { draft } = merged;
  const redraft = async (operation: Operation) => {
    merged = await merge(await read(operation));
    return isEmpty(merged.draft) ? undefined : merged.draft;
  };
  // An earlier attempt under the same key may have left nothing to do; it has changed the item all the same.
  const name = nameOfWrite('PATCH', collection.path, { id });
  const { begun } = amo.operation.log?.peek(name) ?? {};
  const isDone = begun?.answer !== undefined;
  const bodies = [draft.body, begun?.body ?? {}];
  if (isDone || !isEmpty(draft)) {
    const answered = await amo.gate.write({ method: 'PATCH', collection, draft, redraft }, amo.operation);
    const item = isDone ? current : { ...merged.after, ...answered, id };
    return { item, isWritten: true, bodies };
  }
  if (begun !== undefined) {
    amo.operation.log?.next(name).finish({ id });
    amo.operation.written.push(writtenOf(collection.path, { id }));
  }
  return { item: current, isWritten: begun !== undefined, bodies };
}

/** Whether a draft holds nothing but the id. */
function isEmpty({ body }: Draft): boolean {
  return Object.keys(body).length <= 1;
}
