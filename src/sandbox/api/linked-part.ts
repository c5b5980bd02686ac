import { isObject } from '../http/read-body.ts';
import type { Entity, Kind } from '../store/models.ts';
import { joined } from '../validation/accept.ts';
import { type Violation, violation, wrongType } from '../validation/violation.ts';
import type { Call } from './call.ts';
import { decodeNew } from './entity-decode.ts';
import type { EntityDraft, EntityKind } from './entity-kind.ts';
import { createEntity } from './entity-write.ts';

const MAX_FIELDS = 40;

/** An entity that was sent within another: `id` makes it where it is new. */
export type Part = { isNew: boolean; id(): number } | undefined;

/** `_embedded.contacts` or `_embedded.companies`: at most one item, an id alone or a whole new entity. */
export function decodePart<T extends Entity, D extends EntityDraft>(
  kind: EntityKind<T, D>,
  call: Call,
  sent: unknown,
  found: Violation[],
): Part {
  if (sent === undefined || sent === null) return undefined;
  const path = `_embedded.${kind.kind}`;
  const [first, second]: unknown[] = Array.isArray(sent) ? sent : [];
  if (!Array.isArray(sent)) found.push(wrongType(path, 'array'));
  if (second !== undefined) found.push(violation('FieldNotExpected', `${path}.1`));
  if (!isObject(first)) return undefined;
  const { id, is_main, ...item } = first;
  if (typeof id === 'number') {
    if (call.store.live(kind.kind, id)) return { isNew: false, id: () => id };
    if (call.settings.unknownLinks === 'refuse') found.push(violation('NotSupportedChoice', `${path}.0.id`));
    return undefined;
  }
  const local: Violation[] = [];
  const decoded = decodeNew(kind, call, item, local, 0);
  checkFieldCount(item, local);
  found.push(...local.map((each) => ({ ...each, path: joined(path, '0', each.path) })));
  return decoded && { isNew: true, id: () => createEntity(kind, call, decoded).id };
}

export function checkFieldCount({ custom_fields_values: sent }: Record<string, unknown>, found: Violation[]): void {
  if (Array.isArray(sent) && sent.length > MAX_FIELDS) {
    found.push(violation('FieldNotExpected', `custom_fields_values.${MAX_FIELDS}`));
  }
}

/** Links a lead with its contact and company, and the two with each other. */
export function linkParts(call: Call, leadId: number, contact: Part, company: Part) {
  const contact_id = contact?.id() ?? null;
  const company_id = company?.id() ?? null;
  link(call, ['leads', leadId], ['contacts', contact_id]);
  link(call, ['leads', leadId], ['companies', company_id]);
  link(call, ['contacts', contact_id], ['companies', company_id]);
  return { contact_id, company_id };
}

function link({ store }: Call, [kind, id]: [Kind, number | null], [toKind, toId]: [Kind, number | null]): void {
  if (id !== null && toId !== null) store.links.add({ kind, id }, { kind: toKind, id: toId });
}
