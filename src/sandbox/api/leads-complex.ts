import { type Answer, typed } from '../http/answer.ts';
import { isObject } from '../http/read-body.ts';
import type { Routes } from '../http/router.ts';
import { decodeItems } from '../validation/items.ts';
import type { Violation } from '../validation/violation.ts';
import type { Call } from './call.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { decodeNew } from './entity-decode.ts';
import { createEntity } from './entity-write.ts';
import { leads } from './leads.ts';
import { checkFieldCount, decodePart, linkParts } from './linked-part.ts';
import { makeUnsorted } from './make-unsorted.ts';
import { decodeCategorised } from './unsorted-metadata.ts';

/** Leads with a contact and a company each, new or known: https://www.amocrm.ru/developers/content/crm_platform/leads-api */
export const complexRoutes: Routes = { '/api/v4/leads/complex': { POST: createComplex } };

const MAX_LEADS = 50;

// Duplicate control never merges here: it works for integrations only that were set up for it.
function createComplex(call: Call): Answer {
  const drafts = decodeItems(call.body, (item, found, index) => decodeComplex(call, item, found, index), MAX_LEADS);
  const made = drafts.map((draft) => {
    const { id, contact_id, company_id } = make(call, draft);
    return { id, contact_id, company_id, request_id: [String(draft.requestId)], merged: false };
  });
  const ids = made.flatMap(({ id, contact_id, company_id }) => [id, contact_id ?? [], company_id ?? []].flat());
  return typed(200, 'application/hal+json', JSON.stringify(made), ids);
}

type Draft = NonNullable<ReturnType<typeof decodeComplex>>;

function make(call: Call, { lead, request, contact, company }: Draft) {
  if (request) {
    const { lead_id: id, ...made } = makeUnsorted(call, { lead, contact, company, ...request });
    return { id, ...made };
  }
  const { id } = createEntity(leads, call, lead);
  const isKept = call.settings.complexKeeps === 'everything';
  // Seen: only the first tag is kept, and a company that is known already is left out.
  if (!isKept) call.store.leads.update(id, (made) => made.tags.splice(1));
  const firm = isKept || company?.isNew ? company : undefined;
  return { id, ...linkParts(call, id, contact, firm) };
}

function decodeComplex(call: Call, item: Record<string, unknown>, found: Violation[], index: number) {
  const { contacts: people, companies: firms, metadata, ...embedded } = isObject(item._embedded) ? item._embedded : {};
  const isUnsorted = metadata !== undefined && metadata !== null;
  const request = isUnsorted ? decodeCategorised(metadata, found, '_embedded.metadata') : undefined;
  // With metadata it is an unsorted lead, whatever status is sent.
  const { status_id, ...statusless } = item;
  const own = isUnsorted ? statusless : item;
  const lead = decodeNew(leads, call, item._embedded ? { ...own, _embedded: embedded } : own, found, index);
  checkFieldCount(item, found);
  const contact = decodePart(contacts, call, people, found);
  const company = decodePart(companies, call, firms, found);
  return lead && { lead, request, contact, company, requestId: lead.requestId };
}
