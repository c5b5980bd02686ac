import type { Amo } from '../../amo.ts';
import { idOf, type Resolved } from '../../directories/resolve.ts';
import { nameOfWrite, type WriteBody } from '../../operation/write-log.ts';
import type { Origin } from '../../writes/draft.ts';
import { linksFrom } from './collection.ts';
import type { Pair } from './pairs.ts';

/** What amoCRM keeps of a link, under its own names and those of the params. */
interface Metadata {
  is_main?: boolean | undefined;
  quantity?: number | undefined;
  price_id?: number | undefined;
}

/** Links the pair, or undoes their link. Errors: ENTITY_NOT_FOUND, AMOCRM_REJECTED, those of writes. */
export async function writeLink(
  amo: Amo,
  posts: 'link' | 'unlink',
  { from, to }: Pair,
  given: Metadata = {},
  catalog?: Resolved,
): Promise<void> {
  const parts = Object.entries({ ...given, catalog_id: idOf(catalog) }).filter(([, value]) => value !== undefined);
  const body: WriteBody = {
    entity_id: from.id,
    to_entity_id: to.id,
    to_entity_type: to.entityType,
    ...(parts.length === 0 ? {} : { metadata: Object.fromEntries(parts) }),
  };
  const origins: Origin[] = [
    { at: 'entity_id', path: from.path, code: 'ENTITY_NOT_FOUND' },
    { at: 'to_entity_id', path: to.path, code: 'ENTITY_NOT_FOUND' },
    ...Object.keys(given).map((key) => ({ at: `metadata.${key}`, path: [key] })),
    ...(catalog === undefined ? [] : [{ at: 'metadata.catalog_id', path: catalog.path }]),
  ];
  const collection = linksFrom(from.entityType, posts);
  await amo.gate.write({ method: 'POST', collection, draft: { body, origins } }, amo.operation);
}

/** The body of the step's next such write if an earlier attempt under the same key has begun it. */
export function begunLink({ operation }: Amo, posts: 'link' | 'unlink', { entityType }: Pair['from']) {
  return operation.log?.peek(nameOfWrite('POST', linksFrom(entityType, posts).path)).begun?.body;
}
