import type { Entity } from '../shapes/entities.ts';

/**
 * Those of the entities of these ids that are there. Something else has named the ids: so what a read does not show is read
 * once more, all of it together, before it counts as gone. amoCRM answers nothing now and then, for a moment.
 */
export async function readKnown(
  ids: readonly number[],
  read: (ids: readonly number[]) => Promise<(Entity | undefined)[]>,
): Promise<Entity[]> {
  const shown = async (some: readonly number[]) => (await read(some)).filter((entity) => entity !== undefined);
  const found = await shown(ids);
  const there = new Set(found.map(({ id }) => id));
  const missing = ids.filter((id) => !there.has(id));
  return missing.length === 0 ? found : [...found, ...(await shown(missing))];
}
