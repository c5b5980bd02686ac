import type { Static } from 'typebox';
import { Problem, refuseFaults } from '../../../problems/problem.ts';
import type { Amo } from '../../amo.ts';
import { idOf, type Resolved } from '../../directories/resolve.ts';
import { type LoggedWrite, nameOfWrite, type WriteBody } from '../../operation/write-log.ts';
import type { Origin } from '../../writes/draft.ts';
import type { Proof } from '../../writes/lane.ts';
import { linksFrom } from './collection.ts';
import { goneEnds } from './ends.ts';
import type { Link } from './list-links.ts';
import type { Pair } from './pairs.ts';
import { findLink } from './read-links.ts';

/** What amoCRM keeps of a link, under its own names and those of the params. */
interface Metadata {
  is_main?: boolean | undefined;
  quantity?: number | undefined;
  price_id?: number | undefined;
}

/**
 * Links the pair, or undoes their link; where it is in doubt, the links that amoCRM has then tell. False where somebody
 * else has undone it meanwhile. Errors: ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes.
 */
export async function writeLink(
  amo: Amo,
  posts: 'link' | 'unlink',
  pair: Pair,
  given: Metadata = {},
  catalog?: Resolved,
): Promise<boolean> {
  const { from, to } = pair;
  const parts = Object.entries({ ...given, catalog_id: idOf(catalog) }).filter(([, value]) => value !== undefined);
  const body: WriteBody = {
    ...endsOf(pair),
    ...(parts.length === 0 ? {} : { metadata: Object.fromEntries(parts) }),
  };
  const origins: Origin[] = [
    { at: 'entity_id', path: from.path },
    { at: 'to_entity_id', path: to.path },
    ...Object.keys(given).map((key) => ({ at: `metadata.${key}`, path: [key] })),
    ...(catalog === undefined ? [] : [{ at: 'metadata.catalog_id', path: catalog.path }]),
  ];
  const proof: Proof = async (operation) => {
    const link = await findLink({ ...amo, operation }, pair);
    const isDone = posts === 'unlink' ? link === undefined : link !== undefined && isAsGiven(link.metadata, given);
    return isDone ? { id: from.id } : undefined;
  };
  const collection = linksFrom(from.entityType, posts);
  try {
    await amo.gate.write({ method: 'POST', collection, draft: { body, origins }, proof }, amo.operation);
    return true;
  } catch (error) {
    if (!isOfEnds(error, pair)) throw error;
    // Where it cannot be asked now, its refusal stays the answer.
    refuseFaults(await goneEnds(amo, pair, idOf(catalog)).catch(() => []));
    if (posts === 'unlink' && !(await isLinked(amo, pair).catch(() => true))) return false;
    throw error;
  }
}

async function isLinked(amo: Amo, pair: Pair): Promise<boolean> {
  return (await findLink(amo, pair)) !== undefined;
}

/** amoCRM refuses an end that is not there and one that must not be linked in the same words: it is asked which. */
function isOfEnds(error: unknown, { from, to }: Pair): boolean {
  const paths = [from.path, to.path].map(String);
  return error instanceof Problem && error.faults.some(({ path }) => paths.includes(String(path)));
}

/** Whether the link is as it was to be; amoCRM makes some contact the main one by itself. */
function isAsGiven(held: Static<typeof Link>['metadata'], { is_main, quantity, price_id }: Metadata): boolean {
  if (is_main === true && held?.main_contact !== true) return false;
  if (quantity !== undefined && held?.quantity !== quantity) return false;
  return price_id === undefined || held?.price_id === price_id;
}

/** Whether an earlier attempt under the same key has begun the step's next such write. */
export function isLinkBegun(amo: Amo, posts: 'link' | 'unlink', pair: Pair): boolean {
  return loggedLink(amo, posts, pair)?.begun !== undefined;
}

/** What the log of the key has, or will have, of the step's next such write. */
export function loggedLink({ operation }: Amo, posts: 'link' | 'unlink', pair: Pair): LoggedWrite | undefined {
  return operation.log?.peek(nameOfWrite('POST', linksFrom(pair.from.entityType, posts).path, endsOf(pair)));
}

function endsOf({ from, to }: Pair): WriteBody {
  return { entity_id: from.id, to_entity_id: to.id, to_entity_type: to.entityType };
}
