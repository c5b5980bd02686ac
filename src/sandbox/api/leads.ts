import Type, { type Static } from 'typebox';
import type { Kind, Lead } from '../store/models.ts';
import { accepts } from '../validation/accept.ts';
import { type Violation, violation } from '../validation/violation.ts';
import type { Call } from './call.ts';
import { embeddedWith, entityKeys, exactly, nullable, optional, TagRefs } from './draft.ts';
import type { EntityKind } from './entity-kind.ts';
import { tagsView } from './entity-tags.ts';
import { linkedView } from './entity-view.ts';
import { applyStage, checkStage, firstStatus, mainPipeline } from './lead-stage.ts';
import { elementsView } from './link-write.ts';
import { lossReasonView } from './loss-reasons.ts';

const Source = exactly({ external_id: Type.String(), type: Type.Literal('widget') });
const linkable = {
  contacts: optional(Type.Array(exactly({ id: Type.Integer(), is_main: optional(Type.Boolean()) }))),
  companies: optional(Type.Array(exactly({ id: Type.Integer() }))),
  source: optional(Source),
};
const { id, ...keys } = {
  ...entityKeys,
  // Documented as int; the official SDK sends fractions too and reads them back with minor units.
  price: optional(Type.Number()),
  status_id: optional(Type.Integer()),
  pipeline_id: optional(Type.Integer()),
  closed_at: optional(nullable(Type.Integer())),
  loss_reason_id: optional(nullable(Type.Integer())),
  visitor_uid: optional(Type.String()),
  _embedded: embeddedWith(linkable),
};
const NewLead = exactly(keys);
const LeadChange = exactly({ ...keys, id, tags_to_delete: optional(TagRefs) });
type LeadDraft = Static<typeof LeadChange>;

export const leads: EntityKind<Lead, LeadDraft> = {
  kind: 'leads',
  collection: (store) => store.leads,
  orders: ['id', 'updated_at', 'created_at'],
  acceptNew: accepts(NewLead),
  acceptChange: accepts(LeadChange),
  check(draft, call, found, current) {
    checkStage(call.store, draft, found, current);
    const reason = draft.loss_reason_id ?? undefined;
    if (reason !== undefined && !call.store.lossReasons.has(reason)) {
      found.push(violation('NotSupportedChoice', 'loss_reason_id'));
    }
    if (current === undefined) checkLinked(draft, call, found);
    const companies = draft._embedded?.companies ?? [];
    if (current === undefined && companies.length > 1) {
      found.push(violation('FieldNotExpected', '_embedded.companies.1'));
    }
  },
  make(base, { store }) {
    const pipeline = mainPipeline(store);
    const stage = { pipeline_id: pipeline.id, status_id: firstStatus(pipeline), closed_at: null };
    return { ...base, ...stage, price: 0, loss_reason_id: null };
  },
  apply(lead, draft, { store }) {
    lead.price = draft.price ?? lead.price;
    if (draft.loss_reason_id !== undefined) lead.loss_reason_id = draft.loss_reason_id;
    applyStage(store, lead, draft);
  },
  // Only a new lead is linked here; on an update the API ignores these lists.
  connect(lead, draft, { store }) {
    const from = { kind: 'leads', id: lead.id } as const;
    for (const { id, is_main } of draft._embedded?.contacts ?? []) {
      if (store.live('contacts', id)) store.links.add(from, { kind: 'contacts', id }, is_main);
    }
    for (const { id } of draft._embedded?.companies ?? []) {
      if (store.live('companies', id)) store.links.add(from, { kind: 'companies', id });
    }
  },
  nameless: (id) => `Сделка #${id}`,
  own: ({ price, status_id, pipeline_id, loss_reason_id, closed_at }) => ({
    price: Math.trunc(price),
    price_with_minor_units: price,
    status_id,
    pipeline_id,
    loss_reason_id,
    closed_at,
    score: null,
  }),
  extra: { source_id: () => null, is_price_modified_by_robot: () => false },
  embedded: {
    tags: (lead, call) => tagsView(call.store, 'leads', lead),
    companies: linkedView('leads', 'companies'),
    contacts: linkedView('leads', 'contacts', (isMain) => ({ is_main: isMain })),
    loss_reason: (lead, call) => lossReasonOf(lead, call),
    catalog_elements: (lead, call) => elementsView('leads', lead.id, call.store),
    source: () => null,
  },
  alwaysEmbedded: ['tags', 'companies'],
  namesUpdates: false,
  // Observed on a live account: of a binned lead only these are shown.
  binnedView: ({ id, updated_at, updated_by, account_id, _links }) => ({
    id,
    updated_at,
    updated_by,
    account_id,
    is_deleted: true,
    _links,
  }),
};

function lossReasonOf(lead: Lead, call: Call) {
  const reason = call.store.lossReasons.get(lead.loss_reason_id ?? 0);
  return reason ? [lossReasonView(reason, call)] : [];
}

function checkLinked(draft: LeadDraft, { store, settings }: Call, found: Violation[]): void {
  if (settings.unknownLinks === 'accept') return;
  const check = (kind: Kind, linked: { id: number }[] = []) => {
    for (const [index, { id }] of linked.entries()) {
      if (!store.live(kind, id)) found.push(violation('NotSupportedChoice', `_embedded.${kind}.${index}.id`));
    }
  };
  check('contacts', draft._embedded?.contacts);
  check('companies', draft._embedded?.companies);
}
