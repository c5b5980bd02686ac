import type { Static } from 'typebox';
import type { Amo } from '../../amo.ts';
import { type Link, readLinks } from './list-links.ts';
import type { Pair } from './pairs.ts';

/** The link of the two as amoCRM has it; undefined where there is none. Errors: those of reads. */
export async function findLink(amo: Amo, { from, to }: Pair): Promise<Static<typeof Link> | undefined> {
  const { items } = await readLinks(amo, from.entityType, from.id);
  return items.find((link) => link.to_entity_id === to.id && link.to_entity_type === to.entityType);
}
