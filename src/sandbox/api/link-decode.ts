import Type, { type Static } from 'typebox';
import type { LinkedKind } from '../store/links.ts';
import { KINDS, type Kind } from '../store/models.ts';
import { accepts } from '../validation/accept.ts';
import { decodeItems } from '../validation/items.ts';
import { type Violation, violation } from '../validation/violation.ts';
import type { Call } from './call.ts';
import { exactly, nullable, optional } from './draft.ts';

/** What may be linked from where: https://www.amocrm.ru/developers/content/crm_platform/entity-links-api */
export const LINKABLE: Record<Kind, readonly LinkedKind[]> = {
  leads: ['contacts', 'companies', 'catalog_elements'],
  contacts: ['companies', 'customers', 'catalog_elements'],
  companies: ['contacts', 'leads', 'customers', 'catalog_elements'],
  customers: ['contacts', 'companies', 'catalog_elements'],
};

const Metadata = exactly({
  is_main: optional(Type.Boolean()),
  quantity: optional(Type.Number()),
  catalog_id: optional(Type.Integer()),
  price_id: optional(nullable(Type.Integer())),
  updated_by: optional(Type.Integer()),
});
// The official SDK sends both ends of a link, and entity_id null where the path has it.
const LinkItem = exactly({
  entity_type: optional(nullable(Type.Enum([...KINDS]))),
  entity_id: optional(nullable(Type.Integer())),
  to_entity_id: Type.Integer(),
  to_entity_type: Type.Enum([...KINDS, 'catalog_elements']),
  metadata: optional(nullable(Metadata)),
});
const acceptLink = accepts(LinkItem);

export type LinkDraft = Static<typeof LinkItem> & { entity_id: number };
export type Check = (link: LinkDraft, found: Violation[]) => void;

/** The links of a body: of the entity in the path, or of those that each item names. */
export function decodeLinks(kind: Kind, call: Call, entityId: number | undefined, check: Check): LinkDraft[] {
  const { store } = call;
  return decodeItems(call.body, (item, found) => {
    const accepted = acceptLink(item, found);
    if (accepted === undefined) return undefined;
    const id = entityId ?? accepted.entity_id ?? undefined;
    const { entity_type, to_entity_type } = accepted;
    const before = found.length;
    if (id === undefined) found.push(violation('FieldMissing', 'entity_id'));
    else if (!store.live(kind, id)) found.push(violation('NotSupportedChoice', 'entity_id'));
    if ((entity_type ?? kind) !== kind) found.push(violation('NotSupportedChoice', 'entity_type'));
    if (!LINKABLE[kind].includes(to_entity_type)) found.push(violation('NotSupportedChoice', 'to_entity_type'));
    else checkTarget(accepted, call, found);
    if (id === undefined || found.length > before) return undefined;
    const link = { ...accepted, entity_id: id };
    check(link, found);
    return link;
  });
}

/** An element is named together with its catalog. */
function checkTarget(
  { to_entity_id: id, to_entity_type: kind, metadata }: Static<typeof LinkItem>,
  { store }: Call,
  found: Violation[],
): void {
  const isKnown = kind === 'catalog_elements' ? store.elements.live(id) : store.live(kind, id);
  if (!isKnown) found.push(violation('NotSupportedChoice', 'to_entity_id'));
  if (kind !== 'catalog_elements') return;
  const catalog = metadata?.catalog_id;
  if (catalog === undefined) found.push(violation('FieldMissing', 'metadata.catalog_id'));
  else if (isKnown && store.elements.get(id)?.catalog_id !== catalog) {
    found.push(violation('NotSupportedChoice', 'metadata.catalog_id'));
  }
}

/** A contact, a lead and a customer have one company; whether another takes its place is not documented. */
export function onlyCompany(kind: Kind, { store, settings }: Call): Check {
  const given = new Map<string, number>();
  return ({ entity_id, to_entity_id, to_entity_type }, found) => {
    if (settings.secondCompany === 'replace' || to_entity_type === 'catalog_elements') return;
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
