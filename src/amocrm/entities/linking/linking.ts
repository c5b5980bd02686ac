import { type Fault, refuseFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { idOf } from '../../directories/resolve.ts';
import { missingReferences, type Reference } from '../references.ts';
import { linkCompany } from './company.ts';
import { checkEnds, goneEnds } from './ends.ts';
import { hasOneCompany, lockOf, pairOf } from './pairs.ts';
import type { LinkParams, UnlinkParams } from './params.ts';
import { findLink } from './read-links.ts';
import { isLinkBegun, writeLink } from './write-link.ts';

/**
 * Links two entities that exist, in either order, or an entity and an element of a list. Errors: those of names,
 * ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes. Source: developers' reference, links of entities.
 */
export async function linkEntities(amo: Amo, params: LinkParams) {
  const { is_main, quantity, price_id } = params;
  const pair = pairOf(params);
  const linked = { linked: true, ...endsOf(params) };
  if (hasOneCompany(pair)) {
    await linkCompany(amo, pair);
    return linked;
  }
  const catalog = await checkEnds(amo, pair, params, missingUnless(amo, isLinkBegun(amo, 'link', pair)));
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
    const isBegun = isLinkBegun(amo, 'unlink', pair);
    const [catalog, link] = await Promise.all([
      checkEnds(amo, pair, params, missingUnless(amo, isBegun)),
      isBegun ? undefined : findLink(amo, pair),
    ]);
    if (isBegun || link !== undefined) {
      return { unlinked: await writeLink(amo, 'unlink', pair, {}, catalog), ...endsOf(params) };
    }
    // No links are also what amoCRM shows of an entity that is gone.
    refuseFaults(await goneEnds(amo, pair, idOf(catalog)));
    return { unlinked: false, ...endsOf(params) };
  });
}

/** What an earlier attempt under the same key has begun may be done already, and its ends deleted since. */
function missingUnless(amo: Amo, isBegun: boolean) {
  return async (ends: readonly Reference[]): Promise<Fault[]> => (isBegun ? [] : missingReferences(amo, ends));
}

function endsOf({ entity_type, entity_id, to_entity_type, to_entity_id }: UnlinkParams) {
  return { entity_type, entity_id, to_entity_type, to_entity_id };
}
