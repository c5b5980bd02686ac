import { type Answer, hal, noContent } from '../http/answer.ts';
import type { Link, LinkedKind } from '../store/links.ts';
import type { Kind } from '../store/models.ts';
import type { Store } from '../store/store.ts';
import { violation } from '../validation/violation.ts';
import { type Call, link } from './call.ts';
import { decodeLinks, onlyCompany } from './link-decode.ts';

/** Links entities: those of the path, or those that each item names. */
export function linkEntities(kind: Kind, call: Call, entityId?: number): Answer {
  const { links } = call.store;
  const items = decodeLinks(kind, call, entityId, onlyCompany(kind, call));
  for (const { entity_id, to_entity_id, to_entity_type, metadata } of items) {
    const to = { kind: to_entity_type, id: to_entity_id };
    const isElement = to_entity_type === 'catalog_elements';
    const amount = isElement ? { quantity: metadata?.quantity ?? 1, price_id: metadata?.price_id ?? null } : null;
    links.add({ kind, id: entity_id }, to, metadata?.is_main ?? false, amount);
  }
  const made = items.map((item) => linkView(kind, item.entity_id, item.to_entity_type, item.to_entity_id, call.store));
  const path = entityId === undefined ? `${kind}/links` : `${kind}/${entityId}/links`;
  return hal({ _total_items: made.length, _links: link(call, path), _embedded: { links: made } });
}

export function unlinkEntities(kind: Kind, call: Call, entityId?: number): Answer {
  const { store, settings } = call;
  const links = decodeLinks(kind, call, entityId, ({ entity_id, to_entity_id, to_entity_type }, found) => {
    const isLinked = linkOf(store, kind, entity_id, to_entity_type, to_entity_id) !== undefined;
    if (!isLinked && settings.unlinkNothing === 'refuse') found.push(violation('NotSupportedChoice', 'to_entity_id'));
  });
  for (const { entity_id, to_entity_id, to_entity_type } of links) {
    store.links.remove({ kind, id: entity_id }, { kind: to_entity_type, id: to_entity_id });
  }
  return noContent();
}

export function linkView(kind: Kind, id: number, toKind: LinkedKind, toId: number, store: Store) {
  const metadata = metadataOf(linkOf(store, kind, id, toKind, toId), store);
  return { entity_id: id, entity_type: kind, to_entity_id: toId, to_entity_type: toKind, metadata };
}

/** Linked elements as `_embedded` lists them. */
export function elementsView(kind: Kind, id: number, store: Store) {
  return store.links
    .of({ kind, id }, 'catalog_elements')
    .filter((to) => store.elements.live(to.id))
    .map((to) => ({ id: to.id, metadata: metadataOf(to, store) }));
}

// Written as is_main, read as main_contact.
function metadataOf(link: Link | undefined, store: Store) {
  if (link?.kind === 'contacts') return { main_contact: link.is_main };
  if (link?.kind !== 'catalog_elements') return null;
  return { ...link.amount, catalog_id: store.elements.get(link.id)?.catalog_id };
}

function linkOf(store: Store, kind: Kind, id: number, toKind: LinkedKind, toId: number): Link | undefined {
  return store.links.of({ kind, id }).find((each) => each.kind === toKind && each.id === toId);
}
