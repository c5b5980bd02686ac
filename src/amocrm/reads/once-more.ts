import type { Entity } from '../shapes/entities.ts';

/**
 * What a read shows. What it does not show, though it might be there, is read once more before it counts as gone: amoCRM
 * answers nothing now and then, for a moment.
 */
export async function onceMore<T>(read: () => Promise<T>, isNothing: (answer: T) => boolean): Promise<T> {
  const answer = await read();
  return isNothing(answer) ? read() : answer;
}

/** The same for the entities of known ids: those of them that are there. What is missing is read again together. */
export async function readKnown(
  ids: readonly number[],
  read: (ids: readonly number[]) => Promise<(Entity | undefined)[]>,
): Promise<Entity[]> {
  const found = new Map<number, Entity>();
  const missing = () => ids.filter((id) => !found.has(id));
  await onceMore(
    async () => {
      for (const entity of await read(missing())) if (entity !== undefined) found.set(entity.id, entity);
    },
    () => missing().length > 0,
  );
  return [...found.values()];
}
