import type { Amo } from '../../amo.ts';
import { readLinks } from './list-links.ts';
import type { Pair } from './pairs.ts';

/** Whether the two are linked. Errors: those of reads. */
export async function isLinked(amo: Amo, { from, to }: Pair): Promise<boolean> {
  const { items } = await readLinks(amo, from.entityType, from.id);
  return items.some((link) => link.to_entity_id === to.id && link.to_entity_type === to.entityType);
}
