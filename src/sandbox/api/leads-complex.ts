import { type Answer, typed } from '../http/answer.ts';
import { isObject } from '../http/read-body.ts';
import type { Routes } from '../http/router.ts';
import type { Entity, Kind } from '../store/models.ts';
import { joined } from '../validation/accept.ts';
import { decodeItems } from '../validation/items.ts';
import { type Violation, violation, wrongType } from '../validation/violation.ts';
import type { Call } from './call.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { decodeNew } from './entity-decode.ts';
import type { EntityDraft, EntityKind } from './entity-kind.ts';
import { createEntity } from './entity-write.ts';
import { putIntoUnsorted } from './lead-stage.ts';
import { leads } from './leads.ts';
import { checkCategorised } from './unsorted-metadata.ts';

/** Leads with a contact and a company each, new or known: https://www.amocrm.ru/developers/content/crm_platform/leads-api */
export const complexRoutes: Routes = { '/api/v4/leads/complex': { POST: createComplex } };

const MAX_LEADS = 50;
const MAX_FIELDS = 40;

/** Makes, or finds, the linked entity and returns its id. */
type Part = (() => number) | undefined;

// Duplicate control never merges here: it works for integrations only that were set up for it.
function createComplex(call: Call): Answer {
  const drafts = decodeItems(call.body, (item, found, index) => decodeComplex(call, item, found, index), MAX_LEADS);
  const made = drafts.map(({ lead, isUnsorted, contact, company, requestId }) => {
    const { id } = createEntity(leads, call, lead);
    if (isUnsorted) call.store.leads.update(id, (made) => putIntoUnsorted(call.store, made));
    const contact_id = contact?.() ?? null;
    const company_id = company?.() ?? null;
    link(call, ['leads', id], ['contacts', contact_id]);
    link(call, ['leads', id], ['companies', company_id]);
    link(call, ['contacts', contact_id], ['companies', company_id]);
    return { id, contact_id, company_id, request_id: [String(requestId)], merged: false };
  });
  const ids = made.flatMap(({ id, contact_id, company_id }) => [id, contact_id ?? [], company_id ?? []].flat());
  return typed(200, 'application/hal+json', JSON.stringify(made), ids);
}

function decodeComplex(call: Call, item: Record<string, unknown>, found: Violation[], index: number) {
  const { contacts: people, companies: firms, metadata, ...embedded } = isObject(item._embedded) ? item._embedded : {};
  const isUnsorted = metadata !== undefined && metadata !== null;
  if (isUnsorted) checkCategorised(metadata, found, '_embedded.metadata');
  // With metadata it is an unsorted lead, whatever status is sent.
  const { status_id, ...statusless } = item;
  const own = isUnsorted ? statusless : item;
  const lead = decodeNew(leads, call, item._embedded ? { ...own, _embedded: embedded } : own, found, index);
  checkFieldCount(item, found);
  const contact = decodePart(contacts, call, people, found);
  const company = decodePart(companies, call, firms, found);
  return lead && { lead, isUnsorted, contact, company, requestId: lead.requestId };
}

/** `_embedded.contacts` or `_embedded.companies`: at most one item, an id alone or a whole new entity. */
function decodePart<T extends Entity, D extends EntityDraft>(
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
    if (call.store.live(kind.kind, id)) return () => id;
    if (call.settings.unknownLinks === 'refuse') found.push(violation('NotSupportedChoice', `${path}.0.id`));
    return undefined;
  }
  const local: Violation[] = [];
  const decoded = decodeNew(kind, call, item, local, 0);
  checkFieldCount(item, local);
  found.push(...local.map((each) => ({ ...each, path: joined(path, '0', each.path) })));
  return decoded && (() => createEntity(kind, call, decoded).id);
}

function checkFieldCount({ custom_fields_values: sent }: Record<string, unknown>, found: Violation[]): void {
  if (Array.isArray(sent) && sent.length > MAX_FIELDS) {
    found.push(violation('FieldNotExpected', `custom_fields_values.${MAX_FIELDS}`));
  }
}

function link({ store }: Call, [kind, id]: [Kind, number | null], [toKind, toId]: [Kind, number | null]): void {
  if (id !== null && toId !== null) store.links.add({ kind, id }, { kind: toKind, id: toId });
}
