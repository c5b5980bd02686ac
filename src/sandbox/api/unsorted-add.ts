import Type from 'typebox';
import { type Answer, hal } from '../http/answer.ts';
import { isObject } from '../http/read-body.ts';
import type { Category } from '../store/unsorted.ts';
import { accepts, joined } from '../validation/accept.ts';
import { decodeItems, requestId } from '../validation/items.ts';
import { type Violation, violation } from '../validation/violation.ts';
import type { Call } from './call.ts';
import { companies } from './companies.ts';
import { contacts } from './contacts.ts';
import { exactly, optional, RequestId } from './draft.ts';
import { decodeNew } from './entity-decode.ts';
import { leads } from './leads.ts';
import { decodePart } from './linked-part.ts';
import { makeUnsorted } from './make-unsorted.ts';
import { decodeMetadata } from './unsorted-metadata.ts';
import { embeddedView, unsortedLink } from './unsorted-view.ts';

const Filled = Type.String({ minLength: 1 });
const anything = optional(Type.Unknown());
const acceptRequest = accepts(
  exactly({
    source_name: Filled,
    source_uid: Filled,
    pipeline_id: optional(Type.Integer()),
    created_at: optional(Type.Integer()),
    metadata: Type.Unknown(),
    _embedded: optional(exactly({ leads: anything, contacts: anything, companies: anything })),
    request_id: RequestId,
  }),
);

/** POST /leads/unsorted/forms and /sip: requests that somebody in the account will take on or decline. */
export function addUnsorted(category: Category, call: Call): Answer {
  const drafts = decodeItems(call.body, (item, found, index) => decodeRequest(category, call, item, found, index));
  const made = drafts.map(({ requestId, ...request }) => ({ requestId, unsorted: makeUnsorted(call, request) }));
  const unsorted = made.map(({ requestId, unsorted }) => ({
    uid: unsorted.uid,
    account_id: call.store.account.id,
    request_id: requestId,
    _links: unsortedLink(unsorted, call),
    _embedded: embeddedView(unsorted, call),
  }));
  const ids = made.flatMap(({ unsorted: { lead_id, contact_id, company_id } }) =>
    [lead_id, contact_id ?? [], company_id ?? []].flat(),
  );
  return hal({ _total_items: unsorted.length, _embedded: { unsorted } }, ids);
}

function decodeRequest(
  category: Category,
  call: Call,
  item: Record<string, unknown>,
  found: Violation[],
  index: number,
) {
  const request = acceptRequest(item, found);
  if (request === undefined) return undefined;
  const { source_name, source_uid, created_at, pipeline_id, _embedded = {} } = request;
  const told = decodeMetadata(category, request.metadata, found, 'metadata');
  const lead = decodeLead(call, pipeline_id, _embedded.leads, found, index);
  const contact = decodePart(contacts, call, _embedded.contacts, found);
  const company = decodePart(companies, call, _embedded.companies, found);
  if (told === undefined || lead === undefined) return undefined;
  const own = { source_name, source_uid, ...(created_at !== undefined && { created_at }) };
  return { ...told, ...own, lead, contact, company, requestId: requestId(item, index) };
}

// The stage is the request's own, whatever the lead says; an absent lead is made all the same.
function decodeLead(call: Call, pipeline_id: number | undefined, sent: unknown, found: Violation[], index: number) {
  const [first = {}, second]: unknown[] = Array.isArray(sent) ? sent : [];
  if (second !== undefined) found.push(violation('FieldNotExpected', '_embedded.leads.1'));
  const { status_id, ...lead } = isObject(first) ? first : {};
  const own: Violation[] = [];
  const decoded = decodeNew(leads, call, pipeline_id === undefined ? lead : { ...lead, pipeline_id }, own, index);
  for (const each of own) {
    const isRequests = each.path === 'pipeline_id';
    found.push(isRequests ? each : { ...each, path: joined('_embedded.leads.0', each.path) });
  }
  return decoded;
}
