import type { Amo } from '../../amo.ts';
import { missingFor, missingReferences } from '../references.ts';
import { linksFrom } from './collection.ts';
import { linkCompany } from './company.ts';
import { checkEnds } from './ends.ts';
import { hasOneCompany, lockOf, pairOf } from './pairs.ts';
import type { LinkParams, UnlinkParams } from './params.ts';
import { isLinked } from './read-links.ts';
import { begunLink, writeLink } from './write-link.ts';

/**
 * Links two entities that exist, in either order, or an entity and an element of a list. Errors: INVALID_REQUEST (such a
 * pair cannot be linked), those of names, ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes. Source: developers'
 * reference, links of entities.
 */
export async function linkEntities(amo: Amo, params: LinkParams) {
  const { is_main, quantity, price_id } = params;
  const pair = pairOf(params);
  const linked = { linked: true, ...endsOf(params) };
  if (hasOneCompany(pair)) {
    await linkCompany(amo, pair);
    return linked;
  }
  const collection = linksFrom(pair.from.entityType, 'link');
  const catalog = await checkEnds(amo, pair, params, (references) => missingFor(amo, collection, references));
  return amo.locks([lockOf(pair)], amo.operation, async () => {
    await writeLink(amo, 'link', pair, { is_main, quantity, price_id }, catalog);
    return linked;
  });
}

/** Undoes a link; `unlinked` is false where there is none. Errors: as `linkEntities`. */
export async function unlinkEntities(amo: Amo, params: UnlinkParams) {
  const pair = pairOf(params);
  return amo.locks([lockOf(pair)], amo.operation, async () => {
    // What an earlier attempt under the same key has begun may be done already: the link is then not there any more.
    const isBegun = begunLink(amo, 'unlink', pair.from) !== undefined;
    const [catalog, isThere] = await Promise.all([
      checkEnds(amo, pair, params, async (ends) => (isBegun ? [] : missingReferences(amo, ends))),
      isBegun || isLinked(amo, pair),
    ]);
    if (isThere) await writeLink(amo, 'unlink', pair, {}, catalog);
    return { unlinked: isThere, ...endsOf(params) };
  });
}

function endsOf({ entity_type, entity_id, to_entity_type, to_entity_id }: UnlinkParams) {
  return { entity_type, entity_id, to_entity_type, to_entity_id };
}
