import Type, { type Static } from 'typebox';
import { type Answer, hal, noContent, problem, Refused } from '../http/answer.ts';
import { KINDS, type Kind } from '../store/models.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems } from '../validation/items.ts';
import { type Violation, violation } from '../validation/violation.ts';
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
const CATALOG_ELEMENTS = 'catalog_elements';
// The official SDK sends both ends of a link, and entity_id null where the path has it.
const LinkItem = exactly({
  entity_type: optional(nullable(Type.Enum([...KINDS]))),
  entity_id: optional(nullable(Type.Integer())),
  to_entity_id: Type.Integer(),
  to_entity_type: Type.Enum([...KINDS]),
  metadata: optional(nullable(Metadata)),
});
const NO_ELEMENTS = 'amoCRM links catalog elements; this sandbox does not';
const acceptLink = accepts(LinkItem);
type Decoded = Static<typeof LinkItem> & { entity_id: number };

/** Links entities: those of the path, or those that each item names. */
export function linkEntities(kind: Kind, call: Call, entityId?: number): Answer {
  const { links } = call.store;
  const items = decodeLinks(kind, call, entityId, onlyCompany(kind, call));
  for (const { entity_id, to_entity_id, to_entity_type, metadata } of items) {
    const to = { kind: to_entity_type, id: to_entity_id };
    links.add({ kind, id: entity_id }, to, metadata?.is_main ?? false);
  }
  const made = items.map((item) => linkView(kind, item.entity_id, item.to_entity_type, item.to_entity_id, call));
  const path = entityId === undefined ? `${kind}/links` : `${kind}/${entityId}/links`;
  return hal({ _total_items: made.length, _links: link(call, path), _embedded: { links: made } });
}

export function unlinkEntities(kind: Kind, call: Call, entityId?: number): Answer {
  const { store, settings } = call;
  const links = decodeLinks(kind, call, entityId, ({ entity_id, to_entity_id, to_entity_type }, found) => {
    const linked = store.links.of({ kind, id: entity_id }, to_entity_type);
    const isLinked = linked.some(({ id }) => id === to_entity_id);
    if (!isLinked && settings.unlinkNothing === 'refuse') found.push(violation('NotSupportedChoice', 'to_entity_id'));
  });
  for (const { entity_id, to_entity_id, to_entity_type } of links) {
    store.links.remove({ kind, id: entity_id }, { kind: to_entity_type, id: to_entity_id });
  }
  return noContent();
}

// Written as is_main, read as main_contact.
export function linkView(kind: Kind, id: number, toKind: Kind, toId: number, call: Call) {
  const found = call.store.links.of({ kind, id }, toKind).find((each) => each.id === toId);
  const metadata = toKind === 'contacts' ? { main_contact: found?.is_main ?? false } : null;
  return { entity_id: id, entity_type: kind, to_entity_id: toId, to_entity_type: toKind, metadata };
}

type Check = (link: Decoded, found: Violation[]) => void;

function decodeLinks(kind: Kind, call: Call, entityId: number | undefined, check: Check): Decoded[] {
  const { store } = call;
  return decodeItems(call.body, (item, found) => {
    if (item.to_entity_type === CATALOG_ELEMENTS) throw new Refused(problem(501, NO_ELEMENTS));
    const accepted = acceptLink(item, found);
    if (accepted === undefined) return undefined;
    const id = entityId ?? accepted.entity_id ?? undefined;
    const { entity_type, to_entity_id, to_entity_type } = accepted;
    const before = found.length;
    if (id === undefined) found.push(violation('FieldMissing', 'entity_id'));
    else if (!store.live(kind, id)) found.push(violation('NotSupportedChoice', 'entity_id'));
    if ((entity_type ?? kind) !== kind) found.push(violation('NotSupportedChoice', 'entity_type'));
    if (!LINKABLE[kind].includes(to_entity_type)) found.push(violation('NotSupportedChoice', 'to_entity_type'));
    else if (!store.live(to_entity_type, to_entity_id)) found.push(violation('NotSupportedChoice', 'to_entity_id'));
    if (id === undefined || found.length > before) return undefined;
    const link = { ...accepted, entity_id: id };
    check(link, found);
    return link;
  });
}

/** A contact, a lead and a customer have one company; whether another takes its place is not documented. */
function onlyCompany(kind: Kind, { store, settings }: Call): Check {
  const given = new Map<string, number>();
  return ({ entity_id, to_entity_id, to_entity_type }, found) => {
    if (settings.secondCompany === 'replace') return;
    const own = { kind, id: entity_id };
    const other = { kind: to_entity_type, id: to_entity_id };
    const [node, company] = kind === 'companies' ? [other, own] : [own, other];
    if (company.kind !== 'companies') return;
    const key = `${node.kind}/${node.id}`;
    const known = given.get(key) ?? store.links.of(node, 'companies')[0]?.id ?? company.id;
    if (known !== company.id) found.push(violation('NotSupportedChoice', 'to_entity_id'));
    given.set(key, known);
  };
}
