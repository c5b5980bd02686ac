import Type, { type Static } from 'typebox';
import { type Answer, absent, hal, notFound } from '../http/answer.ts';
import { many } from '../http/query.ts';
import type { Routes } from '../http/router.ts';
import type { Unsorted } from '../store/unsorted.ts';
import { accepts } from '../validation/accept.ts';
import { decodeOne } from '../validation/items.ts';
import { violation } from '../validation/violation.ts';
import type { Call } from './call.ts';
import { exactly, optional } from './draft.ts';
import { applyStage, checkStage, firstStatus, mainPipeline } from './lead-stage.ts';
import { listAnswer, slice } from './paging.ts';
import { addUnsorted } from './unsorted-add.ts';
import { embeddedView, unsortedLink } from './unsorted-view.ts';

/** https://www.amocrm.ru/developers/content/crm_platform/unsorted-api; a list is always latest first. */
export const unsortedRoutes: Routes = {
  '/api/v4/leads/unsorted': { GET: list },
  '/api/v4/leads/unsorted/:text': { GET: get },
  '/api/v4/leads/unsorted/forms': { POST: (call) => addUnsorted('forms', call) },
  '/api/v4/leads/unsorted/sip': { POST: (call) => addUnsorted('sip', call) },
  '/api/v4/leads/unsorted/:text/accept': { POST: accept },
  '/api/v4/leads/unsorted/:text/decline': { DELETE: decline },
};

const Decision = exactly({ user_id: optional(Type.Integer()), status_id: optional(Type.Integer()) });
const acceptDecision = accepts(Decision);
const FILTERS = ['uid', 'category', 'pipeline_id'] as const;

function list(call: Call): Answer {
  const wanted = FILTERS.map((name) => [name, new Set(many(call.query, 'filter', name))] as const);
  const asked = wanted.filter(([, values]) => values.size > 0);
  const page = slice(call.store.unsorted.values(), call, (unsorted) =>
    asked.every(([name, values]) => values.has(String(unsorted[name]))),
  );
  return listAnswer(call, 'unsorted', { ...page, items: page.items.map((each) => wholeView(each, call)) });
}

function get(call: Call): Answer {
  const unsorted = call.store.unsorted.get(call.texts[0] ?? '');
  return unsorted === undefined ? absent(call.settings, 'Unsorted') : hal(wholeView(unsorted, call));
}

function accept(call: Call): Answer {
  const { store } = call;
  const unsorted = unsortedOf(call);
  const { user_id, status_id } = decisionOf(call, unsorted);
  const pipeline = store.pipelines.get(unsorted.pipeline_id) ?? mainPipeline(store);
  store.leads.update(unsorted.lead_id, (lead) => {
    lead.updated_at = store.now();
    lead.updated_by = user_id ?? call.userId;
    lead.responsible_user_id = user_id ?? lead.responsible_user_id;
    applyStage(store, lead, { status_id: status_id ?? firstStatus(pipeline) });
  });
  return hal(decidedView(unsorted, call));
}

// Answers with a body, unlike other DELETEs. The lead goes to the bin with the contact that came with it.
function decline(call: Call): Answer {
  const { store } = call;
  const unsorted = unsortedOf(call);
  decisionOf(call, unsorted);
  store.unsorted.leave(unsorted.lead_id);
  store.bin('leads', unsorted.lead_id);
  if (unsorted.hides_contact && unsorted.contact_id !== null) store.bin('contacts', unsorted.contact_id);
  return hal(decidedView(unsorted, call));
}

function unsortedOf(call: Call): Unsorted {
  const unsorted = call.store.unsorted.get(call.texts[0] ?? '');
  if (unsorted === undefined) throw notFound('Unsorted not found');
  return unsorted;
}

/** Neither method needs a body. */
function decisionOf({ body, store }: Call, { pipeline_id }: Unsorted): Static<typeof Decision> {
  if (body === undefined || body === null || Object.keys(body).length === 0) return {};
  const decisions = decodeOne(body, (item, found) => {
    const decision = acceptDecision(item, found);
    const { user_id, status_id } = decision ?? {};
    if (user_id !== undefined && !store.users.has(user_id)) found.push(violation('NotSupportedChoice', 'user_id'));
    if (status_id !== undefined) checkStage(store, { pipeline_id, status_id }, found);
    return decision;
  });
  return decisions[0] ?? {};
}

function wholeView(unsorted: Unsorted, call: Call) {
  const { lead_id, contact_id, company_id, hides_contact, ...own } = unsorted;
  const { id: account_id } = call.store.account;
  return { ...own, account_id, _links: unsortedLink(unsorted, call), _embedded: embeddedView(unsorted, call) };
}

function decidedView(unsorted: Unsorted, call: Call) {
  const { uid, pipeline_id, category, created_at } = unsorted;
  return { uid, pipeline_id, category, created_at, _embedded: embeddedView(unsorted, call) };
}
