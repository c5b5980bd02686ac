import Type, { type Static } from 'typebox';
import { type Answer, hal, noContent } from '../http/answer.ts';
import type { Kind } from '../store/models.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems } from '../validation/items.ts';
import { violation } from '../validation/violation.ts';
import { type Call, link } from './call.ts';
import { exactly, nullable, optional } from './draft.ts';

/** What may be linked from where: https://www.amocrm.ru/developers/content/crm_platform/entity-links-api */
export const LINKABLE: Record<Kind, readonly Kind[]> = {
  leads: ['contacts', 'companies'],
  contacts: ['companies', 'customers'],
  companies: ['contacts', 'leads', 'customers'],
  customers: ['contacts', 'companies'],
};

const Metadata = exactly({
  is_main: optional(Type.Boolean()),
  quantity: optional(Type.Number()),
  catalog_id: optional(Type.Integer()),
  price_id: optional(nullable(Type.Integer())),
  updated_by: optional(Type.Integer()),
});
const LinkItem = exactly({
  entity_id: optional(Type.Integer()),
  to_entity_id: Type.Integer(),
  to_entity_type: Type.Enum(['leads', 'contacts', 'companies', 'customers']),
  metadata: optional(nullable(Metadata)),
});
const acceptLink = accepts(LinkItem);
type Decoded = Static<typeof LinkItem> & { entity_id: number };

/** Links entities: those of the path, or those that each item names. */
export function linkEntities(kind: Kind, call: Call, entityId?: number): Answer {
  const { links } = call.store;
  const items = decodeLinks(kind, call, entityId);
  for (const { entity_id, to_entity_id, to_entity_type, metadata } of items) {
    const to = { kind: to_entity_type, id: to_entity_id };
    links.add({ kind, id: entity_id }, to, metadata?.is_main ?? false);
  }
  const made = items.map((item) => linkView(kind, item.entity_id, item.to_entity_type, item.to_entity_id, call));
  const path = entityId === undefined ? `${kind}/links` : `${kind}/${entityId}/links`;
  return hal({ _total_items: made.length, _links: link(call, path), _embedded: { links: made } });
}

export function unlinkEntities(kind: Kind, call: Call, entityId?: number): Answer {
  for (const { entity_id, to_entity_id, to_entity_type } of decodeLinks(kind, call, entityId)) {
    call.store.links.remove({ kind, id: entity_id }, { kind: to_entity_type, id: to_entity_id });
  }
  return noContent();
}

// Written as is_main, read as main_contact.
export function linkView(kind: Kind, id: number, toKind: Kind, toId: number, call: Call) {
  const found = call.store.links.of({ kind, id }, toKind).find((each) => each.id === toId);
  const metadata = toKind === 'contacts' ? { main_contact: found?.is_main ?? false } : null;
  return { entity_id: id, entity_type: kind, to_entity_id: toId, to_entity_type: toKind, metadata };
}

function decodeLinks(kind: Kind, call: Call, entityId?: number): Decoded[] {
  const { store } = call;
  return decodeItems(call.body, (item, found) => {
    const accepted = acceptLink(item, found);
    if (accepted === undefined) return undefined;
    const id = entityId ?? accepted.entity_id;
    const { to_entity_id, to_entity_type } = accepted;
    if (id === undefined) found.push(violation('FieldMissing', 'entity_id'));
    else if (!store.live(kind, id)) found.push(violation('NotSupportedChoice', 'entity_id'));
    if (!LINKABLE[kind].includes(to_entity_type)) found.push(violation('NotSupportedChoice', 'to_entity_type'));
    else if (!store.live(to_entity_type, to_entity_id)) found.push(violation('NotSupportedChoice', 'to_entity_id'));
    return id === undefined ? undefined : { ...accepted, entity_id: id };
  });
}
