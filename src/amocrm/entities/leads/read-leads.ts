import { type Static, type TProperties, Type } from 'typebox';
import { Filter, Order, paging, query, With } from '../../../schemas/list-params.ts';
import { pipeline, responsibleUser, status } from '../../../schemas/named.ts';
import type { Amo } from '../../amo.ts';
import { reader } from '../../shapes/hal.ts';
import { leadFilters } from '../filters.ts';
import { getEntity, listEntities } from '../read-entities.ts';
import { stageFilter } from './stage-filter.ts';

const parts = [
  'loss_reason',
  'catalog_elements',
  'source',
  'source_id',
  'contacts',
  'is_price_modified_by_robot',
] as const;

/** What amoCRM adds to a lead. */
export const leadParts = With(...parts);

export const leadListParams = {
  ...paging,
  ...query,
  filter: Filter(leadFilters),
  // Tried on a live account.
  order: Order('id', 'updated_at', 'created_at'),
  with: With(...parts, 'only_deleted'),
  ...pipeline,
  ...status,
  ...responsibleUser,
};
const LeadListParams = Type.Object(leadListParams);

const linked = <T extends TProperties>(more: T) =>
  Type.Optional(Type.Union([Type.Array(Type.Object({ id: Type.Integer(), ...more })), Type.Null()]));
const readLinks = reader(
  Type.Object({
    _embedded: Type.Optional(
      Type.Object({ contacts: linked({ is_main: Type.Optional(Type.Boolean()) }), companies: linked({}) }),
    ),
  }),
  'a lead with its links',
);

/** A page of leads. Errors: those of names and of `listEntities`. */
export async function listLeads(amo: Amo, params: Static<typeof LeadListParams>) {
  return listEntities(amo, 'leads', params, [await stageFilter(amo, params)]);
}

/**
 * A lead with its main contact and its company. Errors: ENTITY_NOT_FOUND, those of reads.
 */
export async function getLead(amo: Amo, { lead_id, with: asked = [] }: { lead_id: number; with?: readonly string[] }) {
  const lead = await getEntity(amo, 'leads', { id: lead_id, key: 'lead_id', parts: ['contacts', ...asked] });
  const { contacts, companies } = readLinks(lead)._embedded ?? {};
  const main = contacts?.find(({ is_main }) => is_main === true) ?? contacts?.[0];
  return { lead, contact_id: main?.id ?? null, company_id: companies?.[0]?.id ?? null };
}
