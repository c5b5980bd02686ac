import { refuseFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { missingFor, missingReferences } from '../references.ts';
import { linksFrom } from './collection.ts';
import { linkCompany } from './company.ts';
import { hasOneCompany, lockOf, metadataOf, pairOf } from './pairs.ts';
import type { LinkParams, UnlinkParams } from './params.ts';
import { isLinked } from './read-links.ts';
import { begunLink, writeLink } from './write-link.ts';

/**
 * Links two entities that exist, in either order. Errors: INVALID_REQUEST (such a pair cannot be linked),
 * ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes. Source: developers' reference, links of entities.
 */
export async function linkEntities(amo: Amo, params: LinkParams) {
  const pair = pairOf(params);
  const metadata = metadataOf(params, pair);
  const linked = { linked: true, ...endsOf(params) };
  if (hasOneCompany(pair)) {
    await linkCompany(amo, pair);
    return linked;
  }
  refuseFaults(await missingFor(amo, linksFrom(pair.from.entityType, 'link'), [pair.from, pair.to]));
  return amo.locks([lockOf(pair)], amo.operation, async () => {
    await writeLink(amo, 'link', pair, metadata);
    return linked;
  });
}

/** Undoes a link; `unlinked` is false where there is none. Errors: as `linkEntities`. */
export async function unlinkEntities(amo: Amo, params: UnlinkParams) {
  const pair = pairOf(params);
  return amo.locks([lockOf(pair)], amo.operation, async () => {
    // What an earlier attempt under the same key has begun may be done already: the link is then not there any more.
    const isThere = begunLink(amo, 'unlink', pair.from) !== undefined || (await isLinkedNow());
    if (isThere) await writeLink(amo, 'unlink', pair);
    return { unlinked: isThere, ...endsOf(params) };
  });

  async function isLinkedNow(): Promise<boolean> {
    const [missing, isThere] = await Promise.all([missingReferences(amo, [pair.from, pair.to]), isLinked(amo, pair)]);
    refuseFaults(missing);
    return isThere;
  }
}

function endsOf({ entity_type, entity_id, to_entity_type, to_entity_id }: UnlinkParams) {
  return { entity_type, entity_id, to_entity_type, to_entity_id };
}
