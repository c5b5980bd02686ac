import { Type } from 'typebox';
import type { Amo } from '../../amo.ts';
import { readPages } from '../../reads/pages.ts';
import { reader } from '../../shapes/hal.ts';
import type { Pair } from './pairs.ts';

const readLinks = reader(
  Type.Object({
    _embedded: Type.Object({
      links: Type.Array(Type.Object({ to_entity_id: Type.Integer(), to_entity_type: Type.String() })),
    }),
  }),
  'a list of links',
);

/** Whether the two are linked. Errors: those of reads. Source: developers' reference, links of entities. */
export async function isLinked({ gate, operation }: Amo, { from, to }: Pair): Promise<boolean> {
  for await (const page of readPages(gate.read, `${from.entityType}/${from.id}/links`, [], operation)) {
    const { links } = readLinks(page)._embedded;
    if (links.some((link) => link.to_entity_id === to.id && link.to_entity_type === to.entityType)) return true;
  }
  return false;
}
